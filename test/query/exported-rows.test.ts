import { deepEqual, equal } from 'node:assert/strict';
import { join } from 'node:path';
import { EXPORTED_TABLES, type ExportedName, exportedColumns } from '../../src/query/exported-rows.js';
import { openForReading } from '../../src/store/database.js';
import { sstory } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { writePrevious } from '../store/versions.js';

describe('the export of a database of the schema version before', () => {
  const stage = new Stage();
  after(() => stage[Symbol.asyncDispose]());

  it('has the same columns and types as after its migration', async () => {
    const directory = await stage.directory();
    const { path, migrated } = writePrevious(directory);
    const [before, after] = [openForReading(path), openForReading(migrated)];
    for (const what of Object.keys(EXPORTED_TABLES) as ExportedName[]) {
      const sorted = (database: typeof before) =>
        exportedColumns(database, what).toSorted((one, other) => (one.name < other.name ? -1 : 1));
      deepEqual(sorted(before), sorted(after), what);
      const { exitCode, stderr } = await sstory(
        ...['export', '--format', 'parquet', '--what', what, '-o', join(directory, what), '--db', path],
      );
      equal(exitCode, 0, stderr);
    }
    before.close();
    after.close();
  });
});
