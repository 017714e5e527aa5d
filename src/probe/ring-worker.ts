/**
 * The thread that empties the rings: a few milliseconds of copying, at a raised priority, so that neither a long commit nor a saturated host lets them
 * overflow.
 */
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../model/error.js';
import type { Loss } from '../model/probe-event.js';
import { bootTimeUs } from '../sys/clock.js';
import { runWaiting, WakeUp } from '../sys/waiting-thread.js';
import { HandOver } from './hand-over.js';
import { NEARLY_FULL, openReader } from './outlets.js';
import { SkippedRuns } from './skipped-runs.js';
import type { Outlet } from './take-over.js';
import { UncountedLoss } from './uncounted-loss.js';

export interface RingWorkerOptions {
  readonly outlet: Outlet;
  /** Bytes of each CPU's ring: a power of two. bpftrace made a shared one already. */
  readonly ringBytes: number;
  /** Descriptors of the programs. */
  readonly programs: readonly number[];
  readonly longestPeriodMs: number;
  readonly handOver: HandOver['memory'];
  readonly wakeUp: WakeUp['memory'];
}

/** `counted`: the programs are about to be detached; what happens from now on counts as missing only where a record says so. */
export type RingRequest = 'drain' | 'counted' | 'stop';

/** Records of one ring in order of time. */
export interface DrainedRun {
  readonly words: Uint32Array<ArrayBuffer>;
  /** As `packRun` makes them. */
  readonly packed: boolean;
}

/** What came out of the rings; the memory is handed over, not copied. */
export interface Drained {
  readonly runs: readonly DrainedRun[];
  readonly losses: readonly Loss[];
  /** What happened before this boot time is in this or an earlier message. */
  readonly bootUs: number;
  /** Whether the layout of records is the expected one. */
  readonly sound: boolean;
  readonly outgrown: boolean;
  /** No program is attached any more, and this is all that was left. */
  readonly last: boolean;
}

/** `countedBootUs`: up to this boot time the counters include what happened. */
export type RingAnswer = Drained | { readonly countedBootUs: number } | { readonly failed: string };

/** Between reads while the load is high; auditd and tcplife run at nice -4 and 0. */
const SHORTEST_PERIOD_MS = 5;
/** The period is chosen so that a ring is that full at the next read. */
const WANTED_SHARE = 0.15;
const SLOWING = 1.25;
const LOOK_EVERY_US = 1_000_000;
/** Between two messages while nothing happens. */
const QUIET_MESSAGE_EVERY_MS = 1_000;
const NICE = -10;

const options = workerData as RingWorkerOptions;
const { longestPeriodMs } = options;
const handOver = new HandOver(options.handOver);
const reader = openReader(options.outlet, options.ringBytes);
const skipped = new SkippedRuns(options.programs);
const uncounted = new UncountedLoss(() => reader.sinks);
let sound = false;
/** The counters of events are not read any more: they count on when the programs are detached. */
let counted = false;
let periodMs = Math.min(longestPeriodMs, SHORTEST_PERIOD_MS * 4);
let lastLookBootUs = bootTimeUs();
/** About: the sum of periods. */
let sinceMessageMs = 0;
/** The newest records of the last message are held back for order: the next message, even an empty one, releases them. */
let owed = false;
/** The last read found records. */
let arriving = false;

/** Losses that no record reports. Call it right after the rings were read. */
function look(): Loss[] {
  lastLookBootUs = bootTimeUs();
  const losses = [...reader.look(), ...skipped.look()];
  uncounted.watch(reader.cpus);
  return losses;
}

let lostBefore = 0;
/** The largest share of a ring that was used since the last call. */
let fullest = 0;

/** Whether a ring has lost records since the last call, reported or not yet reported. */
function mayHaveLost(): boolean {
  let lost = 0;
  for (const sink of reader.sinks) lost += sink.lost;
  const may = lost > lostBefore || fullest > NEARLY_FULL;
  lostBefore = lost;
  fullest = 0;
  return may;
}

/** Reads everything. `asked`: sends a message even if it is empty. */
function drain({ asked = false, last = false } = {}): void {
  if (handOver.isFull && !last) return;
  const bootUs = bootTimeUs();
  const looking = last || bootUs - lastLookBootUs > LOOK_EVERY_US;
  // On an idle host once a second: reading a counter wakes its CPU up.
  const counting = looking || (arriving && uncounted.isDue());
  if (counting && !counted) uncounted.count();
  const share = reader.drain();
  arriving = share > 0;
  fullest = Math.max(fullest, share);
  const wantedMs = share === 0 ? longestPeriodMs : (periodMs * WANTED_SHARE) / share;
  periodMs = Math.max(SHORTEST_PERIOD_MS, Math.min(wantedMs, periodMs * SLOWING, longestPeriodMs));
  // A skipped event is reported together with the events around it: the gap is short, and explains a break in a chain of states.
  const losses = looking ? look() : share > 0 ? skipped.look() : [];
  if (counting) losses.push(...uncounted.look(mayHaveLost()));
  if (last) losses.push(...reader.rest());
  const runs: DrainedRun[] = [];
  const packed = handOver.isCrowded;
  for (const sink of reader.sinks) {
    const words = sink.take(packed);
    if (words !== undefined) runs.push({ words, packed });
    losses.push(...sink.takeLosses());
    sound ||= sink.sound;
  }
  const empty = runs.length === 0 && losses.length === 0;
  if (empty && !owed && !asked && !last) return;
  sinceMessageMs = 0;
  owed = !empty;
  for (const { words } of runs) handOver.add(words.byteLength);
  const message: Drained = { runs, losses, bootUs, sound, outgrown: reader.outgrown, last };
  parentPort?.postMessage(
    message,
    runs.map(({ words }) => words.buffer),
  );
}

/** On an idle host a few accesses to memory do: ten times a second the code of a whole drain would have to come into the CPU's caches. */
function drainIfNeeded(): void {
  sinceMessageMs += periodMs;
  const isDue = handOver.takeWanted() || sinceMessageMs >= QUIET_MESSAGE_EVERY_MS;
  if (periodMs >= longestPeriodMs && !owed && !isDue && reader.isEmpty) return;
  drain({ asked: isDue });
}

function guarded(work: () => void): void {
  try {
    work();
  } catch (error) {
    parentPort?.postMessage({ failed: messageOf(error) });
  }
}

try {
  setPriority(0, NICE);
} catch {
  // Not permitted: at the ordinary priority.
}
function countLast(): void {
  const countedBootUs = bootTimeUs();
  uncounted.count();
  counted = true;
  parentPort?.postMessage({ countedBootUs } satisfies RingAnswer);
}

guarded(() => {
  uncounted.watch(reader.cpus);
  drain({ asked: true });
});
if (parentPort !== null)
  runWaiting<RingRequest>({
    port: parentPort,
    wakeUp: new WakeUp(options.wakeUp),
    periodMs: () => periodMs,
    take: (request) =>
      guarded(() => (request === 'counted' ? countLast() : drain({ asked: true, last: request === 'stop' }))),
    work: () => guarded(drainIfNeeded),
    isOver: () => false,
  });
