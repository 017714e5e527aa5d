import { equal } from 'node:assert/strict';
import { defaultDatabase, SYSTEM_DATABASE } from '../../src/cli/default-database.js';

describe('the database of a command without --db', () => {
  const among =
    (...paths: string[]) =>
    (path: string) =>
      paths.includes(path);

  it('is that of SSTORY_DB, that of the working directory, that of the service: the first that there is', () => {
    equal(defaultDatabase('/srv/host.db', among('sstory.db', SYSTEM_DATABASE)), '/srv/host.db');
    equal(defaultDatabase(undefined, among('sstory.db', SYSTEM_DATABASE)), 'sstory.db');
    equal(defaultDatabase(undefined, among(SYSTEM_DATABASE)), '/var/lib/sstory/sstory.db');
    equal(defaultDatabase(undefined, among()), 'sstory.db');
  });
});
