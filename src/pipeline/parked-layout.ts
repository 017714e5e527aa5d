/** How a socket in TIME-WAIT is kept in a row of a slab. */
import { portsOf } from '../model/four-tuple.js';
import {
  type CloseReason,
  closeReasonOfCode,
  codeOfCloseReason,
  codeOfOrigin,
  codeOfSource,
  originOfCode,
  sourceOfCode,
} from '../model/stored-codes.js';
import type { SlabRow, SlabWidths } from './parked-slab.js';
import type { TrackedSocket } from './tracked-socket.js';

/** An ordinary life has five steps until TIME-WAIT. */
const MOST_STEPS = 6;
/** Codes of steps in one number of four bytes. */
const CODES = 3;
const CODE_BITS = 10;
const CODE_MASK = 2 ** CODE_BITS - 1;

/** Numbers of eight bytes. */
export const WIDE = {
  id: 0,
  openedUs: 1,
  openedBootUs: 2,
  changedBootUs: 3,
  /** NaN: not known. */
  cookie: 4,
} as const;

/** Unsigned numbers of four bytes, many of them `UNKNOWN` where they are not known. */
export const NARROW = {
  netns: 0,
  ports: 1,
  codes: 2,
  /** The next one with the same ports. */
  next: 3,
  /** Those that end before and after it. */
  earlier: 4,
  later: 5,
  /** How much earlier than recorded it can have opened, and its first step can have been, microseconds, or `UNBOUNDED`. */
  openedEarlier: 6,
  firstEarlier: 7,
  /** So many whole microseconds and `EARLIEST_US` after its last change it was proven, and its timer is due. */
  evidence: 8,
  expires: 9,
  /** So many microseconds and `EARLIEST_US` after it began to wait, in the time that is written, its end is foreseen. */
  end: 10,
  endNotBefore: 11,
  retransmits: 12,
  inode: 13,
  cgroup: 14,
  bytesSent: 15,
  bytesReceived: 16,
  pid: 17,
  tid: 18,
  fd: 19,
  uid: 20,
  rttUs: 21,
  stepCodes: 22,
  steps: 22 + MOST_STEPS / CODES,
} as const;

export const TEXT = { localAddr: 0, remoteAddr: 1, comm: 2 } as const;

export const UNKNOWN = 0xffff_ffff;
export const UNBOUNDED = 0xffff_fffe;

/** How much earlier than the last change of a socket the times in its row can be, and about how much later, microseconds. */
const EARLIEST_US = 2 ** 31;

export const WIDTHS: SlabWidths = {
  wide: 5,
  narrow: NARROW.steps + MOST_STEPS,
  texts: 3,
  nextFree: NARROW.next,
};

/** Bits of `codes`. */
const BITS = { v6: 0, origin: 1, source: 5, reason: 8, steps: 12, reported: 16, onInterface: 17, shown: 18 } as const;
const NO_REASON = 15;

/** Whether a row may hold it: it was written, it waits for its timer, and every step but the first was observed. */
export function canPark(socket: TrackedSocket): boolean {
  return (
    socket.state === 'TIME-WAIT' &&
    socket.timewait &&
    socket.closedUs === undefined &&
    !socket.carried &&
    !socket.unparked &&
    socket.destroyedBootUs === undefined &&
    socket.packed.count <= MOST_STEPS &&
    socket.packed.isPlain
  );
}

/**
 * Writes a socket into a row. False: it does not fit, as its numbers are too large, such as those of a connection that was open for more than an
 * hour; what is in the row means nothing then.
 */
export function putSocket({ wide, wideAt, narrow, narrowAt, texts, textsAt }: SlabRow, socket: TrackedSocket): boolean {
  const { tuple, packed, foreseenEnd, openedUs, openedNotBeforeUs, changedBootUs } = socket;
  wide[wideAt + WIDE.id] = socket.id;
  wide[wideAt + WIDE.openedUs] = openedUs;
  wide[wideAt + WIDE.openedBootUs] = socket.openedBootUs;
  wide[wideAt + WIDE.changedBootUs] = changedBootUs;
  wide[wideAt + WIDE.cookie] = socket.cookie ?? Number.NaN;
  narrow[narrowAt + NARROW.netns] = socket.netns;
  narrow[narrowAt + NARROW.ports] = portsOf(tuple);
  narrow[narrowAt + NARROW.codes] = codesOf(socket);
  texts[textsAt + TEXT.localAddr] = tuple.localAddr;
  texts[textsAt + TEXT.remoteAddr] = tuple.remoteAddr;
  texts[textsAt + TEXT.comm] = socket.comm;
  const put = (field: number, value: number | undefined) => putNumber(narrow, narrowAt + field, value);
  const beganUs = beganWaiting(socket);
  const openedEarlierUs = openedNotBeforeUs === 0 ? -1 : openedNotBeforeUs && openedUs - openedNotBeforeUs;
  return (
    putSteps(narrow, narrowAt, socket) &&
    put(NARROW.openedEarlier, bounded(openedEarlierUs)) &&
    put(NARROW.firstEarlier, bounded(packed.firstEarlierUs)) &&
    put(NARROW.evidence, Math.floor(socket.evidenceBootUs - changedBootUs) + EARLIEST_US) &&
    put(NARROW.expires, Math.floor(socket.expiresBootUs - changedBootUs) + EARLIEST_US) &&
    put(NARROW.end, foreseenEnd && foreseenEnd.closedUs - beganUs + EARLIEST_US) &&
    put(NARROW.endNotBefore, foreseenEnd && foreseenEnd.notBeforeUs - beganUs + EARLIEST_US) &&
    put(NARROW.retransmits, socket.retransmits) &&
    put(NARROW.inode, socket.inode) &&
    put(NARROW.cgroup, socket.cgroup) &&
    put(NARROW.bytesSent, socket.bytesSent) &&
    put(NARROW.bytesReceived, socket.bytesReceived) &&
    put(NARROW.pid, socket.pid) &&
    put(NARROW.tid, socket.tid) &&
    put(NARROW.fd, socket.fd) &&
    put(NARROW.uid, socket.uid) &&
    put(NARROW.rttUs, socket.rttUs)
  );
}

/** Returns whether it fits. */
function putNumber(narrow: Uint32Array, at: number, value: number | undefined): boolean {
  narrow[at] = value ?? UNKNOWN;
  return value === undefined || (narrow[at] === value && value !== UNKNOWN);
}

/** As it stands in a row; what is unbounded is -1 elsewhere. */
function bounded(earlierUs: number | undefined): number | undefined {
  if (earlierUs === -1) return UNBOUNDED;
  return earlierUs === UNBOUNDED ? UNKNOWN : earlierUs;
}

function putSteps(narrow: Uint32Array, narrowAt: number, { packed }: TrackedSocket): boolean {
  for (let at = 0; at < MOST_STEPS / CODES; at++) narrow[narrowAt + NARROW.stepCodes + at] = 0;
  for (let index = 0; index < packed.count; index++) {
    const code = packed.codeAt(index) << ((index % CODES) * CODE_BITS);
    const at = narrowAt + NARROW.stepCodes + Math.trunc(index / CODES);
    narrow[at] = (narrow[at] ?? 0) | code;
    if (!putNumber(narrow, narrowAt + NARROW.steps + index, packed.delayAt(index))) return false;
  }
  return true;
}

/** When a socket began to wait, wall time. */
function beganWaiting(times: Pick<TrackedSocket, 'openedUs' | 'openedBootUs' | 'changedBootUs'>): number {
  return times.openedUs + Math.floor(times.changedBootUs - times.openedBootUs);
}

/** The end that is foreseen in a row, wall time, or its lower bound; NaN: nothing is foreseen. */
export function endIn(
  { wide, wideAt, narrow, narrowAt }: SlabRow,
  field: typeof NARROW.end | typeof NARROW.endNotBefore,
): number {
  const afterUs = narrow[narrowAt + field] ?? UNKNOWN;
  if (afterUs === UNKNOWN) return Number.NaN;
  const openedUs = wide[wideAt + WIDE.openedUs] ?? 0;
  const openedBootUs = wide[wideAt + WIDE.openedBootUs] ?? 0;
  const beganUs = beganWaiting({ openedUs, openedBootUs, changedBootUs: wide[wideAt + WIDE.changedBootUs] ?? 0 });
  return beganUs + afterUs - EARLIEST_US;
}

type TimeField = typeof NARROW.evidence | typeof NARROW.expires;

/** A boot time in a row. */
export function bootUsIn({ wide, wideAt, narrow, narrowAt }: SlabRow, field: TimeField): number {
  return (wide[wideAt + WIDE.changedBootUs] ?? 0) + (narrow[narrowAt + field] ?? 0) - EARLIEST_US;
}

/** Sets it, to whole microseconds after the last change. */
export function putBootUs({ wide, wideAt, narrow, narrowAt }: SlabRow, field: TimeField, bootUs: number): void {
  const afterUs = Math.floor(bootUs - (wide[wideAt + WIDE.changedBootUs] ?? 0));
  narrow[narrowAt + field] = Math.max(0, Math.min(afterUs + EARLIEST_US, UNKNOWN - 1));
}

/** How many steps a row has. */
export function stepsOf(codes: number): number {
  return (codes >>> BITS.steps) & 15;
}

/** How long after the opening a step of a row was, microseconds, and its code (path-layout.ts). */
export function stepIn({ narrow, narrowAt }: SlabRow, index: number): readonly [delayUs: number, code: number] {
  const codes = narrow[narrowAt + NARROW.stepCodes + Math.trunc(index / CODES)] ?? 0;
  const code = (codes >>> ((index % CODES) * CODE_BITS)) & CODE_MASK;
  return [narrow[narrowAt + NARROW.steps + index] ?? 0, code];
}

/** What `codes` of a row say besides how many steps it has. */
export const CODED = {
  family: (codes: number) => (((codes >>> BITS.v6) & 1) === 1 ? 6 : 4),
  origin: (codes: number) => originOfCode((codes >>> BITS.origin) & 15) ?? 'unknown',
  source: (codes: number) => sourceOfCode((codes >>> BITS.source) & 7) ?? 'snapshot',
  closeReason: (codes: number) => closeReasonOf((codes >>> BITS.reason) & 15),
  connectReported: (codes: number) => ((codes >>> BITS.reported) & 1) === 1,
  onInterface: (codes: number) => ((codes >>> BITS.onInterface) & 1) === 1,
  /** Whether the last complete dump has it. */
  shown: (codes: number) => ((codes >>> BITS.shown) & 1) === 1,
} as const;

function closeReasonOf(code: number): CloseReason | undefined {
  return code === NO_REASON ? undefined : closeReasonOfCode(code);
}

/** The codes of a row that the last complete dump has, or has not. */
export function codesShown(codes: number, shown: boolean): number {
  return shown ? codes | (1 << BITS.shown) : codes & ~(1 << BITS.shown);
}

function codesOf(socket: TrackedSocket): number {
  const { tuple, origin, openedSource, closeReason, packed, connectReported, onInterface, shown } = socket;
  const reason = closeReason === undefined ? NO_REASON : codeOfCloseReason(closeReason);
  return (
    ((tuple.family === 6 ? 1 : 0) << BITS.v6) |
    (codeOfOrigin(origin) << BITS.origin) |
    (codeOfSource(openedSource) << BITS.source) |
    (reason << BITS.reason) |
    (packed.count << BITS.steps) |
    ((connectReported ? 1 : 0) << BITS.reported) |
    ((onInterface ? 1 : 0) << BITS.onInterface) |
    ((shown === 'TIME-WAIT' ? 1 : 0) << BITS.shown)
  );
}
