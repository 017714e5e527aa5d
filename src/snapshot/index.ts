export { snapshotChecks } from './capabilities.js';
export { openDestroyed } from './destroyed.js';
export { type DumpOptions, dumpSockets } from './dump.js';
export { ALL_EXTENSIONS, ALL_STATES, type DiagRow, decodeDiagMessages } from './inet-diag.js';
export { readOwners } from './owners.js';
export { openSnapshots, Snapshots } from './snapshots.js';
