export { snapshotChecks } from './capabilities.js';
export { destroyedRefusal, openDestroyFeed } from './destroyed.js';
export { type DiagRow, decodeDiagDump, decodeDiagMessages } from './diag-row.js';
export { type DumpOptions, dumpSockets } from './dump.js';
export { ALL_EXTENSIONS, ALL_STATES } from './inet-diag.js';
export { type KillOptions, killSockets } from './kill.js';
export { readOwners } from './owners.js';
export { openSnapshots, Snapshots } from './snapshots.js';
export type { TakeOptions, WorkerOptions as SnapshotOptions } from './worker.js';
