/** The worker thread that takes the dumps: a long one does not hold up the drain of the probe. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Owner } from '../model/snapshot.js';
import { bootTimeUs, wallOffsetUs } from '../sys/clock.js';
import { listNetns, type NetnsPath, ownNetns } from '../sys/netns.js';
import { ChangeMemory } from './change-memory.js';
import { dumpRaw, type RawDump } from './dump.js';
import { OwnerWatch } from './owner-watch.js';
import { readOwners } from './owners.js';

export interface TakeOptions {
  /** There will be no other: the owners of all sockets are looked up now, however long it takes. */
  readonly last?: boolean;
}

export interface WorkerOptions {
  readonly netns: 'all' | 'self';
  /** False: nobody looks through /proc for the processes that hold sockets. */
  readonly owners?: boolean;
}

/** One netns's dump on its way to the main thread; the buffers are handed over, not copied. */
export interface TakenDump {
  readonly netns: number;
  readonly startBootUs: number;
  readonly endBootUs: number;
  readonly offsetUs: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly starts: Int32Array<ArrayBuffer>;
  readonly cookies: Float64Array<ArrayBuffer>;
  readonly states: Uint8Array<ArrayBuffer>;
  readonly changed: Uint8Array<ArrayBuffer>;
}

export interface Taken {
  readonly dumps: readonly TakenDump[];
  /** Namespaces that were dumped for the first time, and those that are no more. */
  readonly come: readonly number[];
  readonly gone: readonly number[];
  readonly owners: ReadonlyMap<number, readonly Owner[]>;
  readonly bootUs: number;
}

export type WorkerAnswer = { readonly taken: Taken } | { readonly failed: string };

/** tcp_info 2, congestion 4, skmem 7: bit N - 1. The rest comes unasked. */
const EXTENSIONS = (1 << 1) | (1 << 3) | (1 << 6);

const memories = new Map<number, ChangeMemory>();
const ownerWatch = new OwnerWatch(readOwners, () => performance.now());

function takeAll({ netns, owners = true }: WorkerOptions, { last }: TakeOptions): Taken {
  const before = new Set(memories.keys());
  const places = netns === 'all' ? listNetns() : [{ netns: ownNetns(), path: '/proc/self/ns/net' }];
  const dumps: TakenDump[] = [];
  const inodes = new Map<number, ReadonlySet<number>>();
  for (const place of places) {
    try {
      dumps.push(takeOne(place, inodes));
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
    come: dumps.map((dump) => dump.netns).filter((known) => !before.has(known)),
    gone,
    owners: owners ? ownerWatch.update(inodes, last) : new Map(),
    bootUs: bootTimeUs(),
  };
}

function takeOne({ netns, path }: NetnsPath, inodes: Map<number, ReadonlySet<number>>): TakenDump {
  const startBootUs = bootTimeUs();
  const raw = dumpRaw({ netnsPath: path, netns, extensions: EXTENSIONS });
  const endBootUs = bootTimeUs();
  let memory = memories.get(netns);
  if (memory === undefined) {
    memory = new ChangeMemory();
    memories.set(netns, memory);
  }
  const held = new Set<number>();
  inodes.set(netns, held);
  return { netns, startBootUs, endBootUs, offsetUs: wallOffsetUs(), ...indexed(raw, memory, held) };
}

function indexed({ bytes, starts }: RawDump, memory: ChangeMemory, inodes: Set<number>) {
  const view = new DataView(bytes.buffer);
  const cookies = new Float64Array(starts.length);
  const states = new Uint8Array(starts.length);
  starts.forEach((start, index) => {
    states[index] = view.getUint8(start + 1);
    cookies[index] = view.getUint32(start + 48, true) * 4_294_967_296 + view.getUint32(start + 44, true);
    inodes.add(view.getUint32(start + 68, true));
  });
  const changed = memory.compare(view, starts, cookies);
  return { bytes, starts: Int32Array.from(starts), cookies, states, changed };
}

parentPort?.on('message', (options: TakeOptions) => {
  try {
    const taken = takeAll(workerData as WorkerOptions, options);
    const buffers = taken.dumps.flatMap((dump) =>
      [dump.bytes, dump.starts, dump.cookies, dump.states, dump.changed].map((array) => array.buffer),
    );
    parentPort?.postMessage({ taken } satisfies WorkerAnswer, buffers);
  } catch (error) {
    parentPort?.postMessage({ failed: error instanceof Error ? error.message : String(error) } satisfies WorkerAnswer);
  }
});
