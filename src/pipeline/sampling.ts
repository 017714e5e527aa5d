import { FNV_BASIS, mix, mixText } from '../model/fnv.js';
import { sampleOf } from '../model/sample.js';
import { deviceOf, type Snapshot } from '../model/snapshot.js';
import type { SocketRow } from '../model/socket-row.js';
import { codeOfState, dataBytes, hasTheirFin } from '../model/tcp-state.js';
import type { Ledger } from './ledger.js';
import type { SampleMark } from './sample-mark.js';
import type { TrackedSocket } from './tracked-socket.js';

/** Between two samples of a socket with traffic, microseconds, on a host with few of them. */
const USUAL_INTERVAL_US = 10_000_000;
const LONGEST_INTERVAL_US = 300_000_000;
/** Between the first two samples that a queue or a timer caused; it doubles while the next change comes within the interval. */
const FIRST_WAIT_US = 1_000_000;
/** From so many on, retransmissions mean that the peer does not answer. */
const IN_A_ROW = 2;
/** How many samples a second all busy sockets may have, beside the first of each: `scripts/bench/samples.ts` has what they take. */
const SAMPLES_PER_SECOND = 42;

/**
 * Which rows of the dumps become samples. A queue, a timer or a retransmission count that changes is sampled at once; if that goes on,
 * after one second, two, four, up to the interval at which traffic is sampled; of a listener each change is sampled. That interval is ten seconds, and longer where many
 * sockets have traffic. A row that is not sampled is asked for until it is: the last sample of a socket is how it was left.
 */
export class Sampler {
  private intervalUs = USUAL_INTERVAL_US;
  private taken = 0;
  private windowEndsUs = 0;

  constructor(private readonly ledger: Ledger) {}

  /** A row of a dump, of this socket. */
  see(socket: TrackedSocket, row: SocketRow, snapshot: Snapshot): void {
    const last = socket.lastSample;
    const bootUs = snapshot.startBootUs;
    const urgent = urgentSum(row);
    const quiet = quietSum(row);
    if (last !== undefined && last.changedUs === undefined && last.urgent === urgent && last.quiet === quiet) return;
    if (last !== undefined && bootUs < dueOf(last, urgent, row)) {
      last.changedUs ??= bootUs;
      snapshot.askAgain(row.cookie);
      return;
    }
    const changedUs = last?.changedUs ?? bootUs;
    // Whatever changes of a listener is rare, or worth it.
    const isListener = row.state === 'LISTEN';
    const intervalUs = isListener ? 0 : this.nextInterval(bootUs, last !== undefined);
    socket.lastSample = {
      bootUs,
      urgent,
      quiet,
      retransmits: row.timer.retransmits,
      urgentDueUs: bootUs + Math.min(waitAfter(last, bootUs), intervalUs),
      dueUs: bootUs + intervalUs,
      changedUs: undefined,
    };
    this.record(socket, row, snapshot, {
      changedMs: milliseconds(bootUs - changedUs),
      dueMs: milliseconds(intervalUs),
    });
  }

  private record(
    socket: TrackedSocket,
    row: SocketRow,
    snapshot: Snapshot,
    times: { readonly changedMs: number; readonly dueMs: number },
  ): void {
    const atUs = socket.wallUs(snapshot.startBootUs);
    const sample = sampleOf(socket.id, { atUs, ...times }, row, deviceOf(snapshot, row));
    this.ledger.recordSample(sample);
    this.ledger.touch(socket);
    // It became a TIME-WAIT while the dump went on: the totals that it ended with are newer.
    if (socket.timewait) return;
    socket.bytesSent = sample.bytesSent ?? socket.bytesSent;
    if (sample.bytesReceived !== undefined)
      socket.bytesReceived = dataBytes(sample.bytesReceived, hasTheirFin(1 << codeOfState(row.state)));
    socket.rttUs = sample.rttUs === 0 ? socket.rttUs : (sample.rttUs ?? socket.rttUs);
    socket.retransmits = Math.max(socket.retransmits, sample.totalRetrans ?? 0);
  }

  /** Each busy socket has one sample an interval: those of the last one are how many there are. */
  private nextInterval(bootUs: number, counts: boolean): number {
    if (bootUs >= this.windowEndsUs) {
      const wantedUs = (this.taken / SAMPLES_PER_SECOND) * 1_000_000;
      this.intervalUs = Math.min(Math.max(wantedUs, USUAL_INTERVAL_US), LONGEST_INTERVAL_US);
      this.windowEndsUs = bootUs + this.intervalUs;
      this.taken = 0;
    }
    if (counts) this.taken++;
    return this.intervalUs;
  }
}

/** When it may be sampled. Retransmissions in a row come ever more seldom by themselves, and the last one may be the last. */
function dueOf(last: SampleMark, urgent: number, { timer }: SocketRow): number {
  if (timer.retransmits >= IN_A_ROW && timer.retransmits > last.retransmits) return 0;
  return last.urgent === urgent ? last.dueUs : last.urgentDueUs;
}

/** How long the next change of a queue or a timer waits: twice as long as the last one, if that came soon. */
function waitAfter(last: SampleMark | undefined, bootUs: number): number {
  if (last === undefined || (last.changedUs === undefined && bootUs >= last.dueUs)) return 0;
  return Math.max(FIRST_WAIT_US, 2 * (last.urgentDueUs - last.bootUs));
}

function milliseconds(us: number): number {
  return Math.round(us / 1_000);
}

function urgentSum({ state, inode, recvQ, sendQ, timer, info, shutdown }: SocketRow): number {
  return checksum(
    codeOfState(state),
    inode === 0 ? 0 : 1,
    recvQ,
    sendQ,
    timer.kind,
    timer.retransmits,
    info?.totalRetrans,
    info?.lost,
    shutdown,
  );
}

/** What ChangeMemory compares too; a FIN-WAIT-2 has nothing of it. */
function quietSum(row: SocketRow): number {
  const { info, memory, mark, tos, tclass, classId, sockopt, interfaceIndex, congestion } = row;
  const set = checksum(mark, tos, tclass, classId, sockopt, interfaceIndex, congestion, info?.maxPacingRate);
  const limits = checksum(info?.segsIn, info?.segsOut, info?.sndCwnd, info?.rcvSsthresh);
  const { rmemAlloc, rcvbuf, wmemAlloc, sndbuf, fwdAlloc, wmemQueued, optmem, backlog, drops } = memory ?? {};
  return mix(
    mix(mix(set, limits), checksum(info?.bytesAcked, info?.bytesReceived, info?.bytesSent, info?.rttUs)),
    checksum(rmemAlloc, rcvbuf, wmemAlloc, sndbuf, fwdAlloc, wmemQueued, optmem, backlog, drops),
  );
}

/** Of numbers and texts. */
function checksum(...values: readonly (number | string | undefined)[]): number {
  let sum = FNV_BASIS;
  for (const value of values) {
    if (typeof value === 'string') sum = mixText(sum, value);
    else if (value !== undefined) sum = mix(mix(sum, value | 0), (value / 4_294_967_296) | 0);
    sum = mix(sum, value === undefined ? 1 : 2);
  }
  return sum;
}
