/** How a socket in TIME-WAIT is kept in a row of a slab. */
import { portsOf } from '../model/four-tuple.js';
import {
  closeReasonOfCode,
  codeOfCloseReason,
  codeOfOrigin,
  codeOfSource,
  originOfCode,
  sourceOfCode,
} from '../model/stored-codes.js';
import type { SlabRow, SlabWidths } from './parked-slab.js';
import { type Opening, TrackedSocket } from './tracked-socket.js';

/** An ordinary life has five steps until TIME-WAIT. */
const MOST_STEPS = 6;

/** Numbers of eight bytes. NaN: undefined. */
export const WIDE = {
  id: 0,
  openedUs: 1,
  openedBootUs: 2,
  openedNotBeforeUs: 3,
  inode: 4,
  cookie: 5,
  cgroup: 6,
  bytesSent: 7,
  bytesReceived: 8,
  pid: 9,
  tid: 10,
  fd: 11,
  uid: 12,
  rttUs: 13,
  evidenceBootUs: 14,
  changedBootUs: 15,
  /** When its timer is due. */
  expiresBootUs: 16,
  /** The end that is foreseen. */
  endBootUs: 17,
  endNotBeforeBootUs: 18,
  firstEarlierUs: 19,
  steps: 20,
} as const;

/** Unsigned numbers of four bytes. */
export const NARROW = { netns: 0, ports: 1, codes: 2, retransmits: 3, shown: 4, next: 5 } as const;

export const TEXT = { localAddr: 0, remoteAddr: 1, comm: 2 } as const;

export const WIDTHS: SlabWidths = { wide: WIDE.steps + MOST_STEPS, narrow: 6, texts: 3 };

/** Bits of `codes`. */
const BITS = { v6: 0, origin: 1, source: 5, reason: 8, steps: 12, reported: 16, onInterface: 17 } as const;
const NO_REASON = 15;

/** Whether a row can hold it: it was written, it waits for its timer, and every step but the first was observed. */
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

/** Writes a socket into a row. */
export function putSocket({ wide, wideAt, narrow, narrowAt, texts, textsAt }: SlabRow, socket: TrackedSocket): void {
  const { tuple, packed, foreseenEnd } = socket;
  wide[wideAt + WIDE.id] = socket.id;
  wide[wideAt + WIDE.openedUs] = socket.openedUs;
  wide[wideAt + WIDE.openedBootUs] = socket.openedBootUs;
  wide[wideAt + WIDE.openedNotBeforeUs] = socket.openedNotBeforeUs ?? Number.NaN;
  wide[wideAt + WIDE.inode] = socket.inode ?? Number.NaN;
  wide[wideAt + WIDE.cookie] = socket.cookie ?? Number.NaN;
  wide[wideAt + WIDE.cgroup] = socket.cgroup ?? Number.NaN;
  wide[wideAt + WIDE.bytesSent] = socket.bytesSent ?? Number.NaN;
  wide[wideAt + WIDE.bytesReceived] = socket.bytesReceived ?? Number.NaN;
  wide[wideAt + WIDE.pid] = socket.pid ?? Number.NaN;
  wide[wideAt + WIDE.tid] = socket.tid ?? Number.NaN;
  wide[wideAt + WIDE.fd] = socket.fd ?? Number.NaN;
  wide[wideAt + WIDE.uid] = socket.uid ?? Number.NaN;
  wide[wideAt + WIDE.rttUs] = socket.rttUs ?? Number.NaN;
  wide[wideAt + WIDE.evidenceBootUs] = socket.evidenceBootUs;
  wide[wideAt + WIDE.changedBootUs] = socket.changedBootUs;
  wide[wideAt + WIDE.expiresBootUs] = socket.expiresBootUs;
  wide[wideAt + WIDE.endBootUs] = foreseenEnd?.bootUs ?? Number.NaN;
  wide[wideAt + WIDE.endNotBeforeBootUs] = foreseenEnd?.notBeforeBootUs ?? Number.NaN;
  wide[wideAt + WIDE.firstEarlierUs] = packed.firstEarlierUs ?? Number.NaN;
  for (let index = 0; index < packed.count; index++) wide[wideAt + WIDE.steps + index] = packed.plainAt(index);
  narrow[narrowAt + NARROW.netns] = socket.netns;
  narrow[narrowAt + NARROW.ports] = portsOf(tuple);
  narrow[narrowAt + NARROW.codes] = codesOf(socket);
  narrow[narrowAt + NARROW.retransmits] = socket.retransmits;
  narrow[narrowAt + NARROW.shown] = socket.shown === 'TIME-WAIT' ? 1 : 0;
  texts[textsAt + TEXT.localAddr] = tuple.localAddr;
  texts[textsAt + TEXT.remoteAddr] = tuple.remoteAddr;
  texts[textsAt + TEXT.comm] = socket.comm;
}

/** The socket of a row. `evidenceBootUs`: when it is known to have existed last. */
export function socketOf(
  { wide, wideAt, narrow, narrowAt, texts, textsAt }: SlabRow,
  evidenceBootUs: number,
): TrackedSocket {
  const codes = narrow[narrowAt + NARROW.codes] ?? 0;
  const number = (field: number) => wide[wideAt + field] ?? Number.NaN;
  const known = (field: number) => {
    const value = number(field);
    return Number.isNaN(value) ? undefined : value;
  };
  const ports = narrow[narrowAt + NARROW.ports] ?? 0;
  const opening: Opening = {
    netns: narrow[narrowAt + NARROW.netns] ?? 0,
    tuple: {
      family: ((codes >>> BITS.v6) & 1) === 1 ? 6 : 4,
      localAddr: texts[textsAt + TEXT.localAddr] ?? '',
      localPort: ports >>> 16,
      remoteAddr: texts[textsAt + TEXT.remoteAddr] ?? '',
      remotePort: ports & 65_535,
    },
    origin: originOfCode((codes >>> BITS.origin) & 15) ?? 'unknown',
    source: sourceOfCode((codes >>> BITS.source) & 7) ?? 'snapshot',
    bootUs: number(WIDE.openedBootUs),
    cookie: known(WIDE.cookie) ?? 0,
  };
  const socket = new TrackedSocket(number(WIDE.id), opening, 0);
  socket.openedUs = number(WIDE.openedUs);
  socket.openedNotBeforeUs = known(WIDE.openedNotBeforeUs);
  const reason = (codes >>> BITS.reason) & 15;
  socket.closeReason = reason === NO_REASON ? undefined : closeReasonOfCode(reason);
  socket.inode = known(WIDE.inode);
  socket.cgroup = known(WIDE.cgroup);
  socket.bytesSent = known(WIDE.bytesSent);
  socket.bytesReceived = known(WIDE.bytesReceived);
  socket.pid = known(WIDE.pid);
  socket.tid = known(WIDE.tid);
  socket.comm = texts[textsAt + TEXT.comm];
  socket.fd = known(WIDE.fd);
  socket.uid = known(WIDE.uid);
  socket.rttUs = known(WIDE.rttUs);
  socket.retransmits = narrow[narrowAt + NARROW.retransmits] ?? 0;
  socket.shown = narrow[narrowAt + NARROW.shown] === 1 ? 'TIME-WAIT' : undefined;
  socket.evidenceBootUs = evidenceBootUs;
  socket.changedBootUs = number(WIDE.changedBootUs);
  socket.expiresBootUs = number(WIDE.expiresBootUs);
  socket.connectReported = ((codes >>> BITS.reported) & 1) === 1;
  socket.onInterface = ((codes >>> BITS.onInterface) & 1) === 1;
  socket.state = 'TIME-WAIT';
  socket.timewait = true;
  socket.unparked = true;
  const steps = stepsOf(codes);
  for (let index = 0; index < steps; index++)
    socket.packed.pushPlain(number(WIDE.steps + index), index === 0 ? known(WIDE.firstEarlierUs) : undefined);
  socket.deliveredSteps = steps;
  const endBootUs = known(WIDE.endBootUs);
  if (endBootUs !== undefined)
    socket.writtenEndUs = socket.foresee(endBootUs, number(WIDE.endNotBeforeBootUs)).closedUs;
  return socket;
}

/** How many steps a row has. */
export function stepsOf(codes: number): number {
  return (codes >>> BITS.steps) & 15;
}

function codesOf({
  tuple,
  origin,
  openedSource,
  closeReason,
  packed,
  connectReported,
  onInterface,
}: TrackedSocket): number {
  const reason = closeReason === undefined ? NO_REASON : codeOfCloseReason(closeReason);
  return (
    ((tuple.family === 6 ? 1 : 0) << BITS.v6) |
    (codeOfOrigin(origin) << BITS.origin) |
    (codeOfSource(openedSource) << BITS.source) |
    (reason << BITS.reason) |
    (packed.count << BITS.steps) |
    ((connectReported ? 1 : 0) << BITS.reported) |
    ((onInterface ? 1 : 0) << BITS.onInterface)
  );
}
