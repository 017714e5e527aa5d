import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { copyFileSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { openForWriting } from '../../../src/store/database.js';
import { Database } from '../../../src/store/sqlite.js';
import { HistoryWriter } from '../../../src/store/writer.js';
import { writeCrowd } from '../../lab/crowd.js';
import { batchOf, connectionOf, usAt, writeHistory } from '../../lab/history.js';
import { sstory } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';

const TUPLE = {
  family: 4,
  localAddr: '10.0.0.1',
  localPort: 50_000,
  remoteAddr: '10.0.0.2',
  remotePort: 9_200,
} as const;

describe('sstory check', () => {
  const stage = new Stage();
  let directory: string;
  let whole: string;
  let count = 0;

  before(async () => {
    directory = await stage.directory();
    whole = join(directory, 'whole.db');
    writeHistory(whole, {
      connections: [
        connectionOf(1, [
          [10, 'SYN-SENT'],
          [11, 'ESTAB'],
          [14.5, 'UNCONN'],
        ]),
        connectionOf(2, [
          [20, 'SYN-SENT'],
          [21, 'ESTAB'],
        ]),
        // One four-tuple, one after the other, and once in another network namespace.
        connectionOf(
          3,
          [
            [30, 'SYN-SENT'],
            [40, 'UNCONN'],
          ],
          { tuple: TUPLE },
        ),
        connectionOf(
          4,
          [
            [40, 'SYN-SENT'],
            [50, 'UNCONN'],
          ],
          { tuple: TUPLE },
        ),
        connectionOf(
          5,
          [
            [35, 'SYN-SENT'],
            [45, 'UNCONN'],
          ],
          { tuple: TUPLE, netns: 2 },
        ),
      ],
      owners: [{ connectionId: 2, pid: 77, fd: 5, comm: 'child', fromUs: usAt(30), toUs: usAt(45) }],
      events: [
        { connectionId: 1, atUs: usAt(11), kind: 'retransmit', detail: 'SYN' },
        { connectionId: undefined, atUs: usAt(11), kind: 'retransmit', detail: 'SYN' },
      ],
    });
  });
  after(() => stage[Symbol.asyncDispose]());

  /** A copy of the database in which something was changed. */
  function damaged(...statements: readonly string[]): string {
    const path = join(directory, `damaged-${++count}.db`);
    copyFileSync(whole, path);
    const database = new Database(path);
    for (const sql of statements) database.exec(sql);
    database.pragma('wal_checkpoint(TRUNCATE)');
    database.close();
    return path;
  }

  const check = (path: string) => sstory('check', '--db', path);

  it('exits 0 with one line on a database that is whole', async () => {
    const { exitCode, stdout } = await check(whole);
    equal(stdout, `${whole}: ok, 5 connections`);
    equal(exitCode, 0);
  });

  const step = (delayUs: number, from: number, to: number) => delayUs * 1_024 + from * 16 + to;
  const findings: readonly (readonly [string, readonly string[], RegExp])[] = [
    [
      'rows of a connection that does not exist',
      ['DELETE FROM socket WHERE id = 2'],
      /^orphan: 1 row in owner of connection 2, which does not exist$/m,
    ],
    ['events of one', ['DELETE FROM socket WHERE id = 1'], /^orphan: 1 row in events of connection 1/m],
    [
      'samples of one',
      [
        'INSERT INTO sample (connection_id, at_us, recv_q, send_q, timer, timer_ms, retrans) VALUES (99, 1, 0, 0, 0, 0, 0)',
      ],
      /^orphan: 1 row in samples of connection 99/m,
    ],
    [
      'a connection that ended and has no number',
      ["UPDATE closings SET ids = json_remove(ids, '$[3]'), count = count - 1, seq = seq - 1"],
      /^numbers: connection 5 has ended and has no number$/m,
    ],
    [
      'a connection that has two numbers',
      ["INSERT INTO closings SELECT seq + 1, 1, run, at_us, through_us, '[3]' FROM closings"],
      /^numbers: connection 3 has a second one, in numbers 5 to 5$/m,
    ],
    [
      'numbers that are missing',
      [
        'UPDATE closings SET seq = seq + 2',
        "INSERT INTO closings SELECT seq + 9, 1, run, at_us, through_us, '[77]' FROM closings",
      ],
      /^numbers: numbers 15 to 15 follow 6: some are missing\nnumbers: numbers 1 to 2 are missing, and nothing was deleted\nnumbers: 1 number of connections that do not exist$/m,
    ],
    [
      'a list of ended connections that cannot be read',
      ["UPDATE closings SET ids = '[1,'"],
      /^numbers: numbers 1 to 4: .*the list of connections that ended \(4\)/m,
    ],
    [
      'a bound socket whose facts cannot be read',
      [`INSERT INTO bound VALUES (1, 77, ${usAt(5)}, ${usAt(4)}, 4, '127.0.0.1', 80, 0, 9, NULL, '{}', '{}')`],
      /^snapshots: the bound socket with the cookie 77 cannot be read: its holders are no list\nsnapshots: .* 77 ended 1000000 us before it was first seen$/m,
    ],
    [
      'facts of timewait sockets that cannot be read',
      ["INSERT INTO timewaits VALUES (1, 5, 'cookie', '[7,2]', '[1]')"],
      /^snapshots: what the snapshot at 5 of the namespace 1 showed of timewait sockets \(cookie\) cannot be read: there are more numbers than connections$/m,
    ],
    [
      'states that do not follow one another',
      [`UPDATE socket SET path = '[${step(0, 7, 2)},${step(9, 4, 7)}]' WHERE id = 1`],
      /^states: connection 1: a step from FIN-WAIT-1 follows one to SYN-SENT$/m,
    ],
    [
      'steps that go back in time',
      [`UPDATE socket SET path = '[${step(50, 7, 2)},${step(20, 2, 7)}]' WHERE id = 1`],
      /^states: connection 1: a step to UNCONN is 30 us earlier than the one before it/m,
    ],
    [
      'a state that is not the last step',
      ['UPDATE socket SET state = 4 WHERE id = 2'],
      /^states: connection 2: its state is FIN-WAIT-1, its last step led to ESTAB$/m,
    ],
    [
      'a path that cannot be read',
      ["UPDATE socket SET path = '[1,' WHERE id = 1"],
      /^states: connection 1: its path cannot be read$/m,
    ],
    [
      'a connection without a step',
      ["UPDATE socket SET path = '[]' WHERE id = 1"],
      /^states: connection 1: it has no step$/m,
    ],
    [
      'a class that is not that of the life',
      ['UPDATE socket SET life_class = 20 WHERE id = 1'],
      /^states: connection 1: life class 20 does not fit its life$/m,
    ],
    [
      'an end that is before the last step',
      [`UPDATE socket SET closed_us = ${usAt(12)} WHERE id = 1`],
      /^states: connection 1: it closed 2500000 us before its last step$/m,
    ],
    [
      'a closed connection among the open ones',
      ['UPDATE socket SET life_class = 0 WHERE id = 1'],
      /^states: connection 1: it is closed, in life class 0$/m,
    ],
    [
      'closed connections that queries by time would not find',
      ['DELETE FROM closed_life'],
      /^index: closed_life lacks [12] connections?, the first is [12]$/m,
    ],
    [
      'a member of closed_life that is no connection',
      ['UPDATE closed_life SET members = members | (1 << 41)'],
      /^index: closed_life has [12] rows? that match no connection, the first of 31$/m,
    ],
    [
      'an end of closed connections that is before theirs',
      ['UPDATE closed_life SET to_us = 1'],
      /^index: closed_life lacks [12] connections?, the first is [12]$/m,
    ],
    [
      'a place in its stretch at which a closed connection is not looked for',
      ['UPDATE closed_life SET members = members | 31'],
      /^index: closed_life lacks [12] connections?, the first is [12]$/m,
    ],
    [
      'closed connections that queries by port would find elsewhere',
      ['UPDATE closed_port SET remote = remote + 1'],
      /^index: closed_port lacks [12] connections?, the first is [12]$\n^index: closed_port has [12] rows? that match no connection, the first of [12]$/m,
    ],
    [
      'a port that does not exist',
      ['UPDATE socket SET local_port = 70000 WHERE id = 2'],
      /^states: connection 2: its local_port is "70000"$/m,
    ],
    [
      'a time that no clock shows',
      ['UPDATE socket SET opened_not_before_us = 9223372036854775807 WHERE id = 2'],
      /^states: connection 2: its opened_not_before_us is /m,
    ],
    [
      'an opening before its own earliest bound',
      [`UPDATE socket SET opened_not_before_us = opened_us + 7 WHERE id = 2`],
      /^states: connection 2: it opened 7 us before its earliest bound$/m,
    ],
    [
      'an end before its own earliest bound',
      [`UPDATE socket SET closed_not_before_us = closed_us + 7 WHERE id = 1`],
      /^states: connection 1: it closed 7 us before its earliest bound$/m,
    ],
    [
      'one four-tuple twice at one time',
      [`UPDATE socket SET opened_us = ${usAt(39)}, path = '[${step(0, 7, 2)},${step(11e6, 2, 7)}]' WHERE id = 4`],
      /^overlap: connections 3 and 4 hold 10\.0\.0\.1 50000 - 10\.0\.0\.2 9200 at the same time$/m,
    ],
  ];
  for (const [name, statements, said] of findings) {
    it(`finds ${name}, and exits 1`, async () => {
      const { exitCode, stdout } = await check(damaged(...statements));
      match(stdout, said);
      equal(exitCode, 1);
    });
  }

  it('accepts a missing step where a gap explains it', async () => {
    const path = `UPDATE socket SET path = '[${step(0, 7, 2)},${step(4_500_000, 4, 7)}]' WHERE id = 1`;
    equal((await check(damaged(path))).exitCode, 1);
    const gap = `INSERT INTO gaps (from_us, to_us, lost, reason) VALUES (${usAt(12)}, ${usAt(12)}, 3, 'sequence')`;
    const { exitCode, stdout } = await check(damaged(path, gap));
    equal(exitCode, 0, stdout);
  });

  it('accepts a connect that failed because its four-tuple was in use', async () => {
    const during = `UPDATE socket SET opened_us = ${usAt(39)}, path = '[${step(0, 7, 2)},${step(11e6, 2, 7)}]', close_reason = 8 WHERE id = 4`;
    const { exitCode, stdout } = await check(damaged(during));
    equal(exitCode, 0, stdout);
  });

  it('accepts one whose error is not known because the recording was interrupted just then', async () => {
    const during = (reason: number) =>
      `UPDATE socket SET opened_us = ${usAt(39)}, path = '[${step(0, 7, 2)},${step(11e6, 2, 7)}]', close_reason = ${reason} WHERE id = 4`;
    const gap = (fromUs: number) =>
      `INSERT INTO gaps (from_us, to_us, reason, scope) VALUES (${fromUs}, ${fromUs + 9e6}, 'tracer', 'transitions')`;
    const interrupted = await check(damaged(during(6), gap(usAt(50) + 7)));
    equal(interrupted.exitCode, 0, interrupted.stdout);
    const later = await check(damaged(during(6), gap(usAt(60))));
    match(later.stdout, /^overlap: connections 3 and 4 hold /m);
  });

  it('accepts an overlap that the error of the clock explains', async () => {
    const begin = (us: number) =>
      `UPDATE socket SET opened_us = ${usAt(40)} - ${us}, path = '[${step(0, 7, 2)},${step(10e6 + us, 2, 7)}]' WHERE id = 4`;
    // A millisecond, and 500 ppm of the ten seconds since the first one was opened.
    const within = await check(damaged(begin(1_000)));
    equal(within.exitCode, 0, within.stdout);
    equal((await check(damaged(begin(7_000)))).exitCode, 1);
    const step2 = `UPDATE runs SET clock_steps = '[{"at_us": ${usAt(38)}, "step_us": -20000}]'`;
    const stepped = await check(damaged(begin(7_000), step2));
    equal(stepped.exitCode, 0, stepped.stdout);
  });

  it('names a damaged path in one line where another command reads it', async () => {
    const path = damaged("UPDATE socket SET path = '[1,' WHERE id = 1");
    const { exitCode, stderr } = await sstory('log', '--db', path);
    equal(exitCode, 1);
    match(
      stderr,
      /^sstory: damaged database: the path "\[1," of a connection cannot be read\n {2}sstory check lists /m,
    );
  });

  it('lists the first hundred of a kind and counts the others', async () => {
    const path = damaged(
      `WITH RECURSIVE n (id) AS (SELECT 101 UNION ALL SELECT id + 1 FROM n WHERE id < 250)
       INSERT INTO events (connection_id, at_us, kind, detail) SELECT id, 1, 'retransmit', '' FROM n`,
    );
    const { exitCode, stdout } = await check(path);
    const lines = stdout.split('\n');
    equal(lines.length, 101);
    equal(lines.at(-1), 'orphan: 50 more');
    equal(exitCode, 1);
  });

  it('finds a broken page', async () => {
    const path = join(directory, 'broken.db');
    writeCrowd(path, 20_000);
    const pages = Math.floor(readFileSync(path).length / 4_096);
    const file = openSync(path, 'r+');
    writeSync(file, Buffer.alloc(4_096, 0xab), 0, 4_096, Math.floor(pages / 2) * 4_096);
    const { exitCode, stdout, stderr } = await check(path);
    match(stdout, /^integrity: /m);
    equal(exitCode, 1, stderr);
    equal(stderr, '');
  });

  it('refuses a file that is not an sstory database, with one line', async () => {
    const path = join(directory, 'letters.db');
    writeFileSync(path, 'my letters\n'.repeat(500));
    const { exitCode, stdout, stderr } = await check(path);
    equal(exitCode, 1);
    equal(stdout, '');
    match(stderr, /is not an sstory database/);
    equal((await check(join(directory, 'none.db'))).exitCode, 1);
  });

  it('sees one moment of a database that is written to meanwhile', async () => {
    const path = join(directory, 'busy.db');
    writeCrowd(path, 30_000);
    const database = openForWriting(path);
    const writer = new HistoryWriter(database);
    let ended = false;
    const checked = check(path).finally(() => {
      ended = true;
    });
    let id = 30_000;
    let open = 0;
    while (!ended) {
      // Closes what the batch before has opened: a check of several moments would find states that do not fit.
      const connection = {
        ...connectionOf(id, [
          [id, 'SYN-SENT'],
          [id + 1, 'UNCONN'],
        ]),
        tuple: { ...TUPLE, localPort: id % 65_536 },
      };
      if (open > 0)
        writer.write({ ...batchOf({}), connections: [{ connection, isNew: false, firstNewStep: 1 }] }, usAt(id));
      open = ++id;
      writer.write(
        batchOf({
          connections: [connectionOf(open, [[open, 'SYN-SENT']], { tuple: { ...TUPLE, localPort: open % 65_536 } })],
          events: [{ connectionId: open, atUs: usAt(open), kind: 'retransmit', detail: '' }],
        }),
        usAt(id),
      );
      await new Promise(setImmediate);
    }
    database.close();
    const { exitCode, stdout } = await checked;
    ok(id > 30_010, 'there was no writing meanwhile');
    equal(exitCode, 0, stdout);
    deepEqual((await check(path)).exitCode, 0);
  });
});
