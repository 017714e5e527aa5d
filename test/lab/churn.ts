import { fileURLToPath } from 'node:url';

/** scripts/bench/churn.c, compiled: makes and ends a number of connections on loopback. */
export const CHURN = fileURLToPath(new URL('../../churn', import.meta.url));
