import { fileURLToPath } from 'node:url';

/** What users start, for a process that starts sstory again. */
export const COMMAND_FILE = fileURLToPath(new URL('../../../bin/sstory', import.meta.url));
