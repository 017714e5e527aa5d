/** The programs that benches run besides the built command line (MAIN of test/lab/sstory.ts). */
import { fileURLToPath } from 'node:url';

/** The command as it is installed. */
export const SSTORY = fileURLToPath(new URL('../../../bin/sstory', import.meta.url));

/** scripts/bench/hold.c, compiled: opens a number of connections on loopback, and holds them until its stdin ends. */
export const HOLD = fileURLToPath(new URL('../../hold', import.meta.url));

/** scripts/bench/forks.c, compiled: starts and ends processes. */
export const FORKS = fileURLToPath(new URL('../../forks', import.meta.url));

/** scripts/bench/storm.c, compiled: makes and ends connections for some seconds, each end in threads of its own. */
export const STORM = fileURLToPath(new URL('../../storm', import.meta.url));

/** A command line that runs another one in a network namespace of its own, with loopback up. */
export function inNewNetns(...command: readonly (string | number)[]): [file: string, args: string[]] {
  return ['unshare', ['-n', 'sh', '-c', `ip link set lo up && exec ${command.join(' ')}`]];
}
