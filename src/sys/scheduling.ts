import { setFlagsFromString } from 'node:v8';

/** Collects young garbage on one thread: the helper threads cost the host more CPU than they save in time. */
export function collectOnOneThread(): void {
  setFlagsFromString('--no-parallel-scavenge');
}

/**
 * Copies less of what a function calls into it when it is compiled. For a program that ends within a second, compiling takes longer than
 * the calls do.
 */
export function compileBriefly(): void {
  setFlagsFromString('--max-inlined-bytecode-size-cumulative=100');
}
