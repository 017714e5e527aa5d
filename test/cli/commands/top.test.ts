import { deepEqual, equal, match } from 'node:assert/strict';
import { join } from 'node:path';
import { connectionOf, writeHistory } from '../../lab/history.js';
import { sstory } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';

describe('sstory top', () => {
  const stage = new Stage();
  let db: string;

  before(async () => {
    db = join(await stage.directory(), 'history.db');
    const closed = [
      [1, 'SYN-SENT'],
      [1.5, 'ESTAB'],
      [2, 'UNCONN'],
    ] as const;
    const refused = [
      [3, 'SYN-SENT'],
      [3.1, 'UNCONN'],
    ] as const;
    writeHistory(db, {
      connections: [
        connectionOf(1, closed),
        connectionOf(2, closed),
        connectionOf(3, refused, {
          closeReason: 'refused',
          comm: 'curl\x1b[2J',
          bytesSent: undefined,
          bytesReceived: undefined,
        }),
      ],
      gaps: [{ fromUs: 1_795_000_050_000_000, toUs: 1_795_000_060_000_000 }],
    });
  });
  after(() => stage[Symbol.asyncDispose]());

  it('prints a table where stdout is no terminal', async () => {
    const { exitCode, stdout, stderr } = await sstory('top', '--db', db);
    equal(exitCode, 0, stderr);
    match(stderr, /the record has a gap in this window/);
    deepEqual(stdout.split('\n').slice(1), [
      'process      connects  failed  p50    p95    accepts  open  bytes  retrans',
      'java                2       0  500ms  500ms        0     0  60B          0',
      'curl\\x1b[2J         1       1  -      -            0     0  -            0  refused 1',
    ]);
  });

  it('prints as many rows as asked for, in the order asked for', async () => {
    const { stdout } = await sstory('top', '--db', db, '-n', '1', '--sort', 'failed');
    match(stdout, /^curl/m);
    match(stdout, /\(1 more: -n 0 shows all\)$/);
    match((await sstory('top', '--db', db, '--sort', 'colour')).stderr, /--sort.*colour.*connects/);
  });

  it('prints JSON with null for what is not known', async () => {
    const { stdout } = await sstory('top', '--db', db, '--json', '--by', 'process', 'state', 'syn-sent');
    const rows = stdout.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    deepEqual(
      rows.map((row) => [
        row['process'],
        row['connects'],
        row['failures'],
        row['connect_median_us'],
        row['bytes_sent'],
      ]),
      [
        ['java', 2, {}, 500_000, 20],
        ['curl\x1b[2J', 1, { refused: 1 }, null, null],
      ],
    );
  });
});
