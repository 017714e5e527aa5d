import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { libc } from './libc.js';

const mallocTrim = libc.func('int malloc_trim(size_t)');
const mallopt = libc.func('int mallopt(int, int)');
/** malloc.h */
const M_TRIM_THRESHOLD = -1;
const M_MMAP_THRESHOLD = -3;
const M_ARENA_MAX = -8;
/** Larger blocks are mapped, and go back to the kernel when they are freed. */
const MAPPED_BYTES = 65_536;
/** So much may be free at the end of the heap. */
const FREE_BYTES = 1_048_576;
/** Both halves of the young generation are not to grow beyond this: V8's own limit is twice as much. */
const YOUNG_BYTES = 16_777_216;

/** Resident memory of this process with all its threads and the rings that it maps, bytes. */
export function residentBytes(): number {
  return process.memoryUsage.rss();
}

/**
 * Collects the garbage of this thread, and returns the free memory of all arenas of malloc to the kernel, malloc_trim(3). Takes about a tenth
 * of a second.
 */
export function releaseMemory(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
  mallocTrim(0);
}

/**
 * One arena for all threads, and no blocks that are kept for later, mallopt(3): V8 and SQLite allocate on many threads, one of which uses
 * most of the memory.
 */
export function useOneArena(): void {
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_MMAP_THRESHOLD, MAPPED_BYTES);
  mallopt(M_TRIM_THRESHOLD, FREE_BYTES);
}

/**
 * Keeps the young generation of this thread at 16 MB, to be called some times a second: a flag limits it only when a program starts, but how
 * much it grows each time can be set while it runs. V8 makes it smaller by itself when little is allocated.
 */
export function boundYoungGeneration(): void {
  const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space');
  const isLarge = (young?.space_size ?? 0) >= YOUNG_BYTES;
  setFlagsFromString(`--semi-space-growth-factor=${isLarge ? 1 : 2}`);
}
