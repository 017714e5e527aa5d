import { releaseMemory } from '../../src/sys/memory.js';

/** Collects the garbage of this thread. */
export function collectGarbage(): void {
  releaseMemory();
}
