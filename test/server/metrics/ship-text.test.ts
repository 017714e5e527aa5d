import { deepEqual, equal } from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shipText } from '../../../src/server/metrics/ship-text.js';
import { openForReading } from '../../../src/store/database.js';
import { PREVIOUS_VERSION } from '../../../src/store/previous-schema.js';
import { connectionOf, usAt, writeHistory } from '../../lab/history.js';
import { Stage } from '../../lab/stage.js';
import { writeVersion } from '../../store/versions.js';

describe('the metrics of shipping', () => {
  const stage = new Stage();
  let directory: string;
  let path: string;
  beforeEach(async () => {
    directory = await stage.directory();
    path = join(directory, 'host.db');
    const entered = [
      [0, 'ESTAB'],
      [1, 'UNCONN'],
    ] as const;
    writeHistory(path, { connections: [1, 2, 3, 4, 5].map((id) => connectionOf(id, entered)), endS: 2 });
  });
  after(() => stage[Symbol.asyncDispose]());

  const textOf = (file: string) => {
    const database = openForReading(file);
    try {
      return shipText(database, usAt(100))
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'));
    } finally {
      database.close();
    }
  };

  it('are those of the state files of this database', () => {
    const database = openForReading(path);
    const file = database.prepare('SELECT uuid FROM file').pluck().get();
    database.close();
    mkdirSync(join(directory, 'ship'));
    const write = (name: string, state: object) =>
      writeFileSync(join(directory, 'ship', `${name}.json`), JSON.stringify({ file, target: 'dir:/x', ...state }));
    write('one', { sent: 4, kept: 3, lost: 1, throughUs: usAt(88) });
    write('two', { sent: 0, kept: 0, error: 'refused' });
    write('of-another', { sent: 1, kept: 1, file: 'another' });
    deepEqual(textOf(path), [
      'sstory_ship_sent_total{target="one"} 4',
      'sstory_ship_sent_total{target="two"} 0',
      'sstory_ship_kept_total{target="one"} 3',
      'sstory_ship_kept_total{target="two"} 0',
      'sstory_ship_lost_total{target="one"} 1',
      'sstory_ship_lost_total{target="two"} 0',
      'sstory_unshipped_rows{target="one"} 1',
      'sstory_unshipped_rows{target="two"} 5',
      'sstory_ship_behind_seconds{target="one"} 12',
      'sstory_ship_failing{target="one"} 0',
      'sstory_ship_failing{target="two"} 1',
    ]);
  });

  it('are absent where nothing is shipped, and of a database of the schema before', () => {
    equal(textOf(path).length, 0);
    const old = join(directory, 'old.db');
    writeVersion(old, PREVIOUS_VERSION);
    equal(textOf(old).length, 0);
  });
});
