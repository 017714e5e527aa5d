import { deepEqual, equal } from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { RecordingReader } from '../../src/recording-file/recording-reader.js';

/** Written by `sstory export --format recording` of commit 766b9f8, from the database in test/store/fixtures/v3.sql. */
const FIXTURE = fileURLToPath(new URL('../../../test/recording-file/fixtures/v1.sst', import.meta.url));

describe('a recording file that an earlier sstory wrote', () => {
  it('is read as it was written', async () => {
    const reader = await RecordingReader.open(createReadStream(FIXTURE), FIXTURE);
    equal(reader.header.host, 'web1');
    const counts: Record<string, number> = {};
    const connections = [];
    for await (const { rows } of reader.blocks()) {
      for (const [kind, list] of Object.entries(rows)) counts[kind] = (counts[kind] ?? 0) + list.length;
      connections.push(...rows.connection);
    }
    equal(reader.fault, undefined);
    equal(reader.hasTail, false);
    deepEqual(counts, {
      run: 1,
      cgroup: 1,
      connection: 13,
      owner: 1,
      event: 4,
      sample: 2,
      snapshot: 1,
      gap: 2,
      name: 3,
      pruning: 1,
      namespace: 0,
      thread: 0,
      sockstat: 0,
      bound: 0,
      timewaits: 0,
    });
    deepEqual(
      connections.map(({ id, state, origin, closeReason }) => `${id} ${state} ${origin} ${closeReason}`),
      [
        '1 LISTEN before-recording undefined',
        '2 UNCONN connect orderly',
        '3 UNCONN connect refused',
        '4 UNCONN connect timed out',
        '5 UNCONN connect reset by peer',
        '6 ESTAB accept undefined',
        '7 UNCONN before-recording unknown',
        '8 UNCONN connect aborted',
        '9 UNCONN connect destroyed',
        '10 UNCONN connect unreachable',
        '11 UNCONN connect failed',
        '12 UNCONN listen orderly',
        '13 ESTAB unknown undefined',
      ],
    );
    const inferred = connections.find(({ id }) => id === 7)?.steps;
    deepEqual(inferred, [
      { atUs: 1_795_000_008_000_000, notBeforeUs: 0, oldState: 'UNCONN', newState: 'ESTAB', source: 'snapshot' },
      {
        atUs: 1_795_000_040_000_000,
        notBeforeUs: 1_795_000_039_000_000,
        oldState: 'ESTAB',
        newState: 'CLOSE-WAIT',
        source: 'snapshot',
      },
      {
        atUs: 1_795_000_050_000_000,
        notBeforeUs: 1_795_000_049_000_000,
        oldState: 'CLOSE-WAIT',
        newState: 'UNCONN',
        source: 'snapshot',
      },
    ]);
  });
});
