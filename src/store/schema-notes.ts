import { CONNECTION_NOTES } from './schema-notes/connections.js';
import { NAME_NOTES } from './schema-notes/names.js';
import { RECORDER_NOTES } from './schema-notes/recorder.js';
import type { TableNotes } from './schema-notes/table-note.js';

/** What docs/schema.md says about every public column. `npm run schema` writes the page from this and the schema. */
export const SCHEMA_NOTES: TableNotes = { ...CONNECTION_NOTES, ...NAME_NOTES, ...RECORDER_NOTES };

/** Tables and views that are internal, and may change between versions. */
export const INTERNAL_TABLES: ReadonlySet<string> = new Set([
  'socket',
  'closed_life',
  'closed_port',
  'closed_through',
  'closings',
  'owner',
  'cgroup',
  'sample',
  'settings',
  'whole_sample',
  'tcp_state',
  'recent',
]);
