/** What a row of a TIME-WAIT holds, as an object again. */
import type { Connection } from '../model/connection.js';
import type { FourTuple } from '../model/four-tuple.js';
import { PackedSteps } from '../model/packed-steps.js';
import { smallInteger } from '../model/small-integer.js';
import type { Step } from '../model/step.js';
import type { CloseReason, Origin, Source } from '../model/stored-codes.js';
import type { TcpState } from '../model/tcp-state.js';
import { bootUsIn, CODED, endIn, NARROW, stepIn, stepsOf, TEXT, UNBOUNDED, UNKNOWN, WIDE } from './parked-layout.js';
import type { SlabRow } from './parked-slab.js';
import { TrackedSocket } from './tracked-socket.js';

/** A connection in TIME-WAIT as it is written. If it ends now, nothing more is asked of it. */
export class ParkedConnection implements Connection {
  readonly id: number;
  readonly netns: number;
  readonly tuple: FourTuple;
  state: TcpState = 'TIME-WAIT';
  readonly openedUs: number;
  readonly openedNotBeforeUs: number | undefined;
  readonly openedSource: Source;
  closedUs: number | undefined = undefined;
  readonly closedNotBeforeUs = undefined;
  closedSource: Source | undefined = undefined;
  readonly origin: Origin;
  closeReason: CloseReason | undefined;
  readonly pid: number | undefined;
  readonly tid: number | undefined;
  readonly comm: string | undefined;
  readonly fd: number | undefined;
  readonly uid: number | undefined;
  readonly inode: number | undefined;
  readonly cookie: number | undefined;
  readonly cgroup: number | undefined;
  readonly bytesSent: number | undefined;
  readonly bytesReceived: number | undefined;
  readonly retransmits: number;
  readonly rttUs: number | undefined;
  readonly writtenEndUs: number | undefined;
  readonly packed: PackedSteps;
  numberedBy: number | undefined = undefined;

  constructor(row: SlabRow) {
    const { wide, wideAt, narrow, narrowAt, texts, textsAt } = row;
    const codes = narrow[narrowAt + NARROW.codes] ?? 0;
    this.id = smallInteger(wide[wideAt + WIDE.id] ?? 0);
    this.netns = narrow[narrowAt + NARROW.netns] ?? 0;
    this.tuple = tupleOf(row);
    this.openedUs = wide[wideAt + WIDE.openedUs] ?? 0;
    this.openedNotBeforeUs = openedNotBefore(row);
    this.openedSource = CODED.source(codes);
    this.origin = CODED.origin(codes);
    this.closeReason = CODED.closeReason(codes);
    this.pid = known(row, NARROW.pid);
    this.tid = known(row, NARROW.tid);
    this.comm = texts[textsAt + TEXT.comm];
    this.fd = known(row, NARROW.fd);
    this.uid = known(row, NARROW.uid);
    this.inode = known(row, NARROW.inode);
    this.cookie = cookieOf(row);
    this.cgroup = known(row, NARROW.cgroup);
    this.bytesSent = known(row, NARROW.bytesSent);
    this.bytesReceived = known(row, NARROW.bytesReceived);
    this.retransmits = known(row, NARROW.retransmits) ?? 0;
    this.rttUs = known(row, NARROW.rttUs);
    const writtenEndUs = endIn(row, NARROW.end);
    this.writtenEndUs = Number.isNaN(writtenEndUs) ? undefined : writtenEndUs;
    this.packed = new PackedSteps(stepsOf(codes) + 1);
    putSteps(row, this.packed);
  }

  get steps(): readonly Step[] {
    return this.packed.steps(this.openedUs);
  }

  /** Another connection has its four-tuple, as an event showed. */
  end(closedUs: number): void {
    this.packed.push(closedUs - this.openedUs, 'probe', this.state, 'UNCONN', undefined);
    this.state = 'UNCONN';
    this.closedUs = closedUs;
    this.closedSource = 'probe';
    this.closeReason ??= 'orderly';
  }
}

/** The socket of a row, to which something happens. `evidenceBootUs`: when it is known to have existed last. */
export function socketOf(row: SlabRow, evidenceBootUs: number): TrackedSocket {
  const { wide, wideAt, narrow, narrowAt } = row;
  const codes = narrow[narrowAt + NARROW.codes] ?? 0;
  const openedBootUs = wide[wideAt + WIDE.openedBootUs] ?? 0;
  const written = new ParkedConnection(row);
  const { id, netns, tuple, origin, openedSource: source, openedUs, writtenEndUs } = written;
  const socket = new TrackedSocket(
    id,
    { netns, tuple, origin, source, bootUs: openedBootUs, cookie: written.cookie ?? 0 },
    0,
  );
  socket.openedUs = openedUs;
  socket.copyFacts(written);
  socket.shown = CODED.shown(codes) ? 'TIME-WAIT' : undefined;
  socket.evidenceBootUs = evidenceBootUs;
  socket.changedBootUs = wide[wideAt + WIDE.changedBootUs] ?? 0;
  socket.expiresBootUs = bootUsIn(row, NARROW.expires);
  socket.connectReported = CODED.connectReported(codes);
  socket.onInterface = CODED.onInterface(codes);
  socket.timewait = true;
  socket.unparked = true;
  putSteps(row, socket.packed);
  socket.deliveredSteps = socket.packed.count;
  if (writtenEndUs !== undefined) {
    const notBeforeUs = endIn(row, NARROW.endNotBefore);
    const bootUs = openedBootUs + (writtenEndUs - openedUs);
    const notBeforeBootUs = openedBootUs + (notBeforeUs - openedUs);
    socket.foreseenEnd = { bootUs, notBeforeBootUs, closedUs: writtenEndUs, notBeforeUs };
    socket.writtenEndUs = writtenEndUs;
  }
  return socket;
}

function tupleOf({ narrow, narrowAt, texts, textsAt }: SlabRow): FourTuple {
  const ports = narrow[narrowAt + NARROW.ports] ?? 0;
  return {
    family: CODED.family(narrow[narrowAt + NARROW.codes] ?? 0),
    localAddr: texts[textsAt + TEXT.localAddr] ?? '',
    localPort: ports >>> 16,
    remoteAddr: texts[textsAt + TEXT.remoteAddr] ?? '',
    remotePort: ports & 65_535,
  };
}

function known({ narrow, narrowAt }: SlabRow, field: number): number | undefined {
  const value = narrow[narrowAt + field];
  return value === UNKNOWN ? undefined : value;
}

/** How much earlier something can have been; -1: it is unbounded. */
function earlier(row: SlabRow, field: number): number | undefined {
  const value = known(row, field);
  return value === UNBOUNDED ? -1 : value;
}

function openedNotBefore(row: SlabRow): number | undefined {
  const earlierUs = earlier(row, NARROW.openedEarlier);
  if (earlierUs === undefined) return undefined;
  return earlierUs < 0 ? 0 : (row.wide[row.wideAt + WIDE.openedUs] ?? 0) - earlierUs;
}

function cookieOf({ wide, wideAt }: SlabRow): number | undefined {
  const cookie = wide[wideAt + WIDE.cookie] ?? Number.NaN;
  return Number.isNaN(cookie) ? undefined : cookie;
}

function putSteps(row: SlabRow, packed: PackedSteps): void {
  const steps = stepsOf(row.narrow[row.narrowAt + NARROW.codes] ?? 0);
  for (let index = 0; index < steps; index++) {
    const [delayUs, code] = stepIn(row, index);
    packed.pushCode(delayUs, code, index === 0 ? earlier(row, NARROW.firstEarlier) : undefined);
  }
}
