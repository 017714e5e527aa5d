/** The worker thread that takes the dumps: a long one does not hold up the drain of the probe. */

import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../model/error.js';
import type { Owner } from '../model/owner.js';
import { maskOfStates } from '../model/tcp-state.js';
import { u64 } from '../model/uint64.js';
import { bootTimeUs, wallOffsetUs } from '../sys/clock.js';
import { type NetnsPath, NetnsWatch, ownNetns } from '../sys/netns.js';
import { ChangeMemory } from './change-memory.js';
import { pickChanged } from './changed-rows.js';
import { dumpRaw, type RawDump } from './dump.js';
import { DumpBuffer } from './dump-buffer.js';
import { ALL_STATES, EXTENSION } from './inet-diag.js';
import { AT } from './inet-diag-msg.js';
import { OwnerWatch } from './owner-watch.js';
import { readOwners } from './owners.js';

export interface TakeOptions {
  /** The last snapshot: the owners of all sockets are looked up now, however long it takes. */
  readonly last?: boolean;
  /** Cookies of rows that were left out as unchanged and are needed after all. */
  readonly again?: readonly number[];
}

export interface WorkerOptions {
  readonly netns: 'all' | 'self';
  /** False: the processes that hold sockets are not looked up in /proc. */
  readonly owners?: boolean;
  /** Another source reports when sockets end: many TIME-WAITs then need to be dumped only about every ten seconds. */
  readonly rareTimeWaits?: boolean;
}

/** Which network namespace an inode number stands for. */
export interface NetnsIdentity {
  readonly netns: number;
  readonly netCookie: number | undefined;
  readonly name: string | undefined;
}

/** One netns's dump on its way to the main thread; the buffers are handed over, not copied. */
export interface TakenDump {
  readonly netns: number;
  readonly startBootUs: number;
  readonly endBootUs: number;
  readonly offsetUs: number;
  readonly withoutTimeWait: boolean;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly starts: Int32Array<ArrayBuffer>;
  readonly cookies: Float64Array<ArrayBuffer>;
  readonly states: Uint8Array<ArrayBuffer>;
  readonly changed: Uint8Array<ArrayBuffer>;
}

export interface Taken {
  readonly dumps: readonly TakenDump[];
  /** Namespaces that were dumped for the first time, or differ from before, and those that no longer exist. */
  readonly come: readonly NetnsIdentity[];
  readonly gone: readonly number[];
  readonly owners: ReadonlyMap<number, readonly Owner[]>;
  readonly bootUs: number;
  readonly offsetUs: number;
}

export type WorkerAnswer = { readonly taken: Taken } | { readonly failed: string };

const EXTENSIONS = EXTENSION.info | EXTENSION.congestion | EXTENSION.skmem;

/** From this many on TIME-WAITs are left out of most dumps. */
const MANY_TIME_WAITS = 1_000;
const WITH_TIME_WAIT_EVERY_US = 10_000_000;
const BUT_TIME_WAIT = ALL_STATES & ~maskOfStates(['TIME-WAIT']);

/** What is remembered of a network namespace from one dump to the next. */
interface NetnsMemory {
  readonly changes: ChangeMemory;
  lastWholeBootUs: number;
  netCookie?: number | undefined;
  /** As reported; undefined: not yet. */
  identity?: NetnsIdentity;
}

/** Reused for every dump; what is new in it is copied. */
const buffer = new DumpBuffer();
const memories = new Map<number, NetnsMemory>();
const netnsWatch = new NetnsWatch();
const ownerWatch = new OwnerWatch(readOwners, () => performance.now());

function takeAll(options: WorkerOptions, { last = false, again = [] }: TakeOptions): Taken {
  const { netns, owners = true } = options;
  const mayLeaveOut = options.rareTimeWaits === true && !last;
  for (const { changes } of memories.values()) for (const cookie of again) changes.forget(cookie);
  const before = new Set(memories.keys());
  const places =
    netns === 'all' ? netnsWatch.list(performance.now()) : [{ netns: ownNetns(), path: '/proc/self/ns/net' }];
  const dumps: TakenDump[] = [];
  const inodes = new Map<number, ReadonlySet<number>>();
  for (const place of places) {
    try {
      dumps.push(takeOne(place, inodes, mayLeaveOut));
    } catch (error) {
      // It ended between being listed and being entered, or may not be entered: the others still count.
      if (place.netns === ownNetns()) throw error;
    }
  }
  const living = new Set(places.map((place) => place.netns));
  const gone = [...before].filter((known) => !living.has(known));
  for (const known of gone) memories.delete(known);
  return {
    dumps,
    come: places.flatMap(newIdentity),
    gone,
    owners: owners ? ownerWatch.update(inodes, last) : new Map(),
    bootUs: bootTimeUs(),
    offsetUs: wallOffsetUs(),
  };
}

/** The identity of a namespace that was dumped, if it is another one than was reported. */
function newIdentity({ netns, name }: NetnsPath): NetnsIdentity[] {
  const memory = memories.get(netns);
  if (memory === undefined) return [];
  const { identity, netCookie } = memory;
  if (identity !== undefined && identity.netCookie === netCookie && identity.name === name) return [];
  memory.identity = { netns, netCookie, name };
  return [memory.identity];
}

function takeOne(
  { netns, path }: NetnsPath,
  inodes: Map<number, ReadonlySet<number>>,
  mayLeaveOut: boolean,
): TakenDump {
  const startBootUs = bootTimeUs();
  let memory = memories.get(netns);
  if (memory === undefined) {
    memory = { changes: new ChangeMemory(), lastWholeBootUs: Number.NEGATIVE_INFINITY };
    memories.set(netns, memory);
  }
  const withoutTimeWait =
    mayLeaveOut &&
    memory.changes.timeWaits >= MANY_TIME_WAITS &&
    startBootUs - memory.lastWholeBootUs < WITH_TIME_WAIT_EVERY_US;
  if (!withoutTimeWait) memory.lastWholeBootUs = startBootUs;
  const states = withoutTimeWait ? BUT_TIME_WAIT : ALL_STATES;
  const raw = dumpRaw({ netnsPath: path, netns, extensions: EXTENSIONS, states, buffer });
  const endBootUs = bootTimeUs();
  memory.netCookie = raw.netCookie;
  const held = new Set<number>();
  inodes.set(netns, held);
  const offsetUs = wallOffsetUs();
  const index = indexed(raw, memory.changes, held, withoutTimeWait);
  return { netns, startBootUs, endBootUs, offsetUs, withoutTimeWait, ...index };
}

function indexed({ bytes, starts }: RawDump, changes: ChangeMemory, inodes: Set<number>, withoutTimeWait: boolean) {
  const view = new DataView(bytes.buffer);
  const cookies = new Float64Array(starts.length);
  const states = new Uint8Array(starts.length);
  starts.forEach((start, index) => {
    states[index] = view.getUint8(start + AT.state);
    cookies[index] = u64(view, start + AT.cookie);
    inodes.add(view.getUint32(start + AT.inode, true));
  });
  const changed = changes.compare(view, starts, cookies, withoutTimeWait);
  return { ...pickChanged({ bytes, starts }, changed), cookies, states, changed };
}

parentPort?.on('message', (options: TakeOptions) => {
  try {
    const taken = takeAll(workerData as WorkerOptions, options);
    const buffers = taken.dumps.flatMap((dump) =>
      [dump.bytes, dump.starts, dump.cookies, dump.states, dump.changed].map((array) => array.buffer),
    );
    parentPort?.postMessage({ taken } satisfies WorkerAnswer, buffers);
  } catch (error) {
    parentPort?.postMessage({ failed: messageOf(error) } satisfies WorkerAnswer);
  }
});
