import type { Priority } from '../sys/journal.js';

/** Shows one line to the operator; `info` by default. */
export type Say = (text: string, priority?: Priority) => void;
