/** The worker thread that takes the dumps: a long one does not hold up the drain of the probe. */

import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../model/error.js';
import type { FoundOwner } from '../model/owner.js';
import { maskOfStates } from '../model/tcp-state.js';
import { bootTimeUs, threadCpuUs, wallOffsetUs } from '../sys/clock.js';
import type { NetlinkSocket } from '../sys/netlink.js';
import { type NetnsPath, ownNetns, ownPlace, seesAllProcesses } from '../sys/netns.js';
import { threadsOf } from '../sys/threads.js';
import { ChangeMemory } from './change-memory.js';
import { ChangedRows } from './changed-rows.js';
import { CounterWatch } from './counter-watch.js';
import { deviceNames } from './device-names.js';
import { dumpThrough, openDiag } from './dump.js';
import { ALL_EXTENSIONS, ALL_STATES, BOUND_INACTIVE } from './inet-diag.js';
import { type FoundNetns, NetnsFinder } from './netns-finder.js';
import { forgetSockets, isWholeDue, type NetnsIdentity, type NetnsMemory, takenBound } from './netns-memory.js';
import { type OwnerNews, OwnerWatch } from './owner-watch.js';
import { PROCESSES } from './owners.js';
import { MarkReader } from './process-marks.js';
import type { Taken, TakenDump, TakeOptions, WorkerAnswer, WorkerOptions } from './snapshot-messages.js';
import { ThreadWatch } from './thread-watch.js';

type Dump = Omit<TakenDump, 'owners' | 'ownersBootUs' | 'allOwners' | 'counters'>;

/** From this many on TIME-WAITs are left out of most dumps. */
const MANY_TIME_WAITS = 1_000;
const WITH_BOUND = ALL_STATES | BOUND_INACTIVE;
const BUT_TIME_WAIT = ALL_STATES & ~maskOfStates(['TIME-WAIT']);

const onlyOwn = (): FoundNetns => ({
  places: [ownPlace()],
  unsure: [],
  gone: [],
  listedBootUs: bootTimeUs(),
  close: () => undefined,
});

const SEES_ALL = seesAllProcesses();
const memories = new Map<number, NetnsMemory>();
const finder = new NetnsFinder();
const clocks = { nowMs: () => performance.now(), cpuMs: () => threadCpuUs() / 1000, bootUs: bootTimeUs };
const ownerWatch = new OwnerWatch(PROCESSES, clocks);
const threadWatch = new ThreadWatch(threadsOf, clocks);
const counterWatch = new CounterWatch(clocks);
const markReader = new MarkReader(PROCESSES);
const NO_OWNERS: OwnerNews = { owners: new Map(), all: false };

function takeAll(
  options: WorkerOptions,
  { last = false, again = [], ownersOf = [], withInfo = true, missing = [], marksFd }: TakeOptions,
): Taken {
  const { netns, owners = true } = options;
  const cpuUs = threadCpuUs();
  const mayLeaveOut = options.rareTimeWaits === true && !last;
  for (const { changes } of memories.values()) {
    for (const cookie of again) changes?.want(cookie);
    for (const cookie of ownersOf) changes?.wantOwners(cookie);
  }
  const before = new Set(memories.keys());
  const { places, unsure, gone, listedBootUs, close } =
    netns === 'all' ? finder.find(performance.now(), missing) : onlyOwn();
  // Before the dumps, whose own sockets would be counted.
  const counters = counterWatch.read(places);
  const dumps: Dump[] = [];
  for (const place of places) {
    try {
      dumps.push(takeOne(place, mayLeaveOut, withInfo ? ALL_EXTENSIONS : 0));
    } catch (error) {
      // It ended between being listed and being entered, or may not be entered: the others still count.
      if (place.netns === ownNetns()) throw error;
    }
  }
  close();
  const found = new Set(places.map((place) => place.netns));
  for (const known of before) if (!found.has(known)) forget(known);
  const usedUs = threadCpuUs() - cpuUs;
  const owned = owners ? ownerWatch.update({ last, marks: markReader.marks(marksFd) }) : NO_OWNERS;
  const ownersBootUs = bootTimeUs();
  const threads = owners ? threadWatch.update(ownerWatch.holders.holdingPids(), owned.all) : [];
  return {
    dumps: dumps.map((dump) => ({
      ...dump,
      owners: ownersIn(dump.netns, owned.owners),
      ownersBootUs,
      allOwners: owned.all,
      counters: counters.get(dump.netns),
    })),
    come: places.flatMap(newIdentity),
    gone,
    threads,
    found: SEES_ALL && netns === 'all' ? found : undefined,
    unsure: new Set(unsure),
    listedBootUs,
    bootUs: bootTimeUs(),
    offsetUs: wallOffsetUs(),
    cpuUs: usedUs,
  };
}

function forget(netns: number): void {
  const memory = memories.get(netns);
  if (memory !== undefined) forgetSockets(memory);
  memories.delete(netns);
  ownerWatch.forget(netns);
  counterWatch.forget(netns);
}

/** The owners of the sockets of one namespace, by cookie, of those by inode. */
function ownersIn(
  netns: number,
  found: ReadonlyMap<number, readonly FoundOwner[]>,
): Map<number, readonly FoundOwner[]> {
  const { changes, bound } = memories.get(netns) ?? {};
  if (found.size === 0 || changes === undefined) return new Map();
  const cookies = [...changes.cookiesOf(found), ...(bound?.cookiesOf(found) ?? [])];
  return new Map(cookies.map(([cookie, inode]) => [cookie, found.get(inode) ?? []]));
}

/** The identity of a namespace that was dumped, if it is another one than was reported. */
function newIdentity({ netns, name }: NetnsPath): NetnsIdentity[] {
  const memory = memories.get(netns);
  // It may be one that cannot be entered.
  if (memory?.changes === undefined) return [];
  const { identity, netCookie } = memory;
  if (identity !== undefined && identity.netCookie === netCookie && identity.name === name) return [];
  memory.identity = { netns, netCookie, name };
  return [memory.identity];
}

function takeOne({ netns, path }: NetnsPath, mayLeaveOut: boolean, extensions: number): Dump {
  const startBootUs = bootTimeUs();
  let memory = memories.get(netns);
  if (memory === undefined) {
    memory = {
      changes: undefined,
      bound: undefined,
      lastBootUs: startBootUs,
      lastWholeBootUs: Number.NEGATIVE_INFINITY,
    };
    memories.set(netns, memory);
  }
  const socket = openDiag({ netnsPath: path, netns });
  try {
    return takeThrough(socket, netns, memory, { startBootUs, mayLeaveOut, extensions });
  } finally {
    socket.close();
  }
}

interface DumpManner {
  readonly startBootUs: number;
  readonly mayLeaveOut: boolean;
  readonly extensions: number;
}

function takeThrough(
  socket: NetlinkSocket,
  netns: number,
  memory: NetnsMemory,
  { startBootUs, mayLeaveOut, extensions }: DumpManner,
): Dump {
  const netCookie = socket.netCookie();
  if (memory.netCookie !== undefined && memory.netCookie !== netCookie) beginAnew(netns, memory);
  memory.netCookie = netCookie;
  const known = memory.changes;
  const book = ownerWatch.bookOf(netns);
  const changes = known ?? new ChangeMemory(book);
  const withoutTimeWait = mayLeaveOut && changes.timeWaits >= MANY_TIME_WAITS && !isWholeDue(memory, startBootUs);
  changes.begin(withoutTimeWait);
  // Where there are many TIME-WAITs, the kernel goes through all of them to find these.
  const knownBound = memory.bound;
  const bound = withoutTimeWait ? undefined : (knownBound ?? new ChangeMemory(book));
  bound?.begin();
  const rows = new ChangedRows(changes, bound);
  memory.changes = changes;
  memory.bound = bound ?? knownBound;
  try {
    dumpThrough(socket, rows, { extensions, states: withoutTimeWait ? BUT_TIME_WAIT : WITH_BOUND });
  } catch (error) {
    // What a failed dump had is lost.
    forgetSockets(memory);
    throw error;
  }
  const endBootUs = bootTimeUs();
  const [copied, copiedBound] = [rows.finish(), rows.finishBound()];
  memory.lastBootUs = startBootUs;
  if (!withoutTimeWait) memory.lastWholeBootUs = startBootUs;
  const gone = changes.end();
  return {
    netns,
    startBootUs,
    endBootUs,
    offsetUs: wallOffsetUs(),
    withoutTimeWait,
    count: changes.count,
    fleeting: Math.max(changes.fleeting, changes.timeWaits),
    rows: copied,
    devices: deviceNames(socket, [...copied, ...copiedBound]),
    gone: known === undefined ? undefined : gone,
    bound: bound && takenBound(copiedBound, bound.end(), knownBound === undefined),
  };
}

/** The inode number stands for another namespace now: its dump is compared with nothing. */
function beginAnew(netns: number, memory: NetnsMemory): void {
  finder.forget(netns);
  forgetSockets(memory);
  memory.lastWholeBootUs = Number.NEGATIVE_INFINITY;
}

parentPort?.on('message', (options: TakeOptions) => {
  try {
    const taken = takeAll(workerData as WorkerOptions, options);
    const buffers = taken.dumps
      .flatMap(({ bound, ...dump }) => [dump, ...(bound === undefined ? [] : [bound])])
      .flatMap(({ rows, gone }) => [
        ...rows.flatMap(({ bytes, starts }) => [bytes.buffer, starts.buffer]),
        ...(gone === undefined ? [] : [gone.buffer]),
      ]);
    parentPort?.postMessage({ taken } satisfies WorkerAnswer, buffers);
  } catch (error) {
    parentPort?.postMessage({ failed: messageOf(error) } satisfies WorkerAnswer);
  }
});
