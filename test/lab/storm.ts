import { fileURLToPath } from 'node:url';

/** scripts/bench/storm.c, compiled: makes and ends connections on loopback for some seconds, each end in threads of its own. */
export const STORM = fileURLToPath(new URL('../../storm', import.meta.url));

/** What it listens on, as its comment says. */
export const STORM_LISTENERS = 16;
