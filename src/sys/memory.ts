import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { libc } from './libc.js';

const mallocTrim = libc.func('int malloc_trim(size_t)');

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
