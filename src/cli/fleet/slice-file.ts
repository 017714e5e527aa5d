/** What one host sent of a window, as a database that is gone when it is closed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import type { FleetClient } from '../../fleet/client.js';
import { type SliceOfHost, writeHostSlice } from '../../fleet/page/host-slice.js';
import { openForReading } from '../../store/database.js';

/**
 * The file has no name any more when it is read, so that nothing is left however the command ends.
 * @throws SstoryError `too-large`, and those of the fleet
 */
export async function sliceOf(
  fleet: FleetClient,
  slice: SliceOfHost,
): Promise<{ readonly database: Database.Database; readonly isCut: boolean }> {
  const directory = mkdtempSync(join(tmpdir(), 'sstory-slice-'));
  try {
    const path = join(directory, 'slice.db');
    const { isCut } = await writeHostSlice(fleet, slice, path);
    return { database: openForReading(path), isCut };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
