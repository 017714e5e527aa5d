import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict';
import { join } from 'node:path';
import { execa } from 'execa';
import { connectionOf, usAt, writeHistory } from '../../lab/history.js';
import { MAIN, sstory } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';
import { until } from '../../lab/until.js';

describe('sstory replay as lines', () => {
  const stage = new Stage();
  let db: string;

  before(async () => {
    db = join(await stage.directory(), 'history.db');
    writeHistory(db, {
      connections: [
        connectionOf(1, [
          [10, 'SYN-SENT'],
          [10.5, 'ESTAB'],
          [30, 'UNCONN'],
        ]),
        connectionOf(
          2,
          [
            [10.25, 'SYN-SENT'],
            [20, 'UNCONN'],
          ],
          { comm: 'nc' },
        ),
        connectionOf(3, [[5, 'LISTEN', 'snapshot', 'no bound']]),
      ],
      gaps: [{ fromUs: usAt(12), toUs: usAt(25) }],
    });
  });
  after(() => stage[Symbol.asyncDispose]());

  const replay = (...args: string[]) => sstory('replay', '--db', db, '--speed', 'max', ...args);

  it('gives what log gives, in the order in which it came', async () => {
    const { stdout, exitCode } = await replay();
    equal(exitCode, 0);
    equal(stdout, (await sstory('log', '--db', db)).stdout);
    deepEqual(
      stdout.split('\n').map((line) => /-- 3 events lost|\S+ -> \S+/.exec(line)?.[0]),
      [
        'UNCONN -> LISTEN',
        'UNCONN -> SYN-SENT',
        'UNCONN -> SYN-SENT',
        'SYN-SENT -> ESTAB',
        '-- 3 events lost',
        'SYN-SENT -> UNCONN',
        'ESTAB -> UNCONN',
      ],
    );
  });

  it('reports that nothing matches, as log does', async () => {
    const none = /^-- no entries --$/m;
    match((await replay('sport', '=', ':1')).stderr, none);
    match((await sstory('log', '--db', db, 'sport', '=', ':1')).stderr, none);
    match((await sstory('log', '--db', db, '-n', '5', 'sport', '=', ':1')).stderr, none);
    equal((await sstory('log', '--db', db, '-n', '0')).stderr, '');
    equal((await replay('sport', '=', ':40001')).stderr, '');
  });

  it('waits for what comes later, and writes what is due before that', async () => {
    // At this speed the second transition is due after 25 s; the first one must not wait for it.
    const speed = '0.01x';
    const child = execa(process.execPath, [MAIN, 'replay', '--db', db, '--speed', speed, '--from', 'start+10s'], {
      reject: false,
      buffer: false,
    });
    let written = '';
    child.stdout.on('data', (chunk: Buffer) => {
      written += chunk.toString();
    });
    await until('the first transition', () => written.includes('\n'));
    child.kill('SIGTERM');
    equal((await child).signal, 'SIGTERM');
    deepEqual(written.match(/\S+ -> \S+/g), ['UNCONN -> SYN-SENT']);
  });

  it('begins and ends at the given times, with the gap that it begins in', async () => {
    const { stdout } = await replay('--from', 'start+15s', '--until', 'start+25s');
    const [gap, transition, ...rest] = stdout.split('\n');
    match(gap ?? '', /-- 3 events lost \(sequence\)/);
    match(transition ?? '', /:40002 > .* SYN-SENT -> UNCONN/);
    deepEqual(rest, []);
    equal((await replay('--since', 'start+15s', '--until', 'start+25s')).stdout, stdout);
  });

  it('takes a filter, and state X as: was ever in X', async () => {
    const { stdout } = await replay('--json', 'state', 'established', 'dst', ':9200');
    const lines = stdout.split('\n').map((line) => JSON.parse(line) as { type: string; connection_id?: number });
    deepEqual(
      lines.map(({ type, connection_id }) => connection_id ?? type),
      [1, 1, 'gap', 1],
    );
    const { stdout: none, exitCode } = await replay('dst', ':1', '--until', 'start+11s');
    equal(none, '');
    equal(exitCode, 0);
  });

  it('answers what it cannot do in one line', async () => {
    for (const [args, code, text] of [
      [['--step'], 2, /--step needs a terminal/],
      [['--speed', 'fast'], 2, /invalid speed "fast"/],
      [['--from', 'start', '--since', 'start'], 2, /--from and --since mean the same/],
      [['--from', 'soon'], 2, /invalid time "soon"/],
      [['--from', 'end', '--until', 'start'], 2, /later than --until/],
      [['--from', 'end+1s'], 1, /--from end\+1s \(.*\) is outside the recorded time/],
      [['--db', '/nonexistent/x.db'], 1, /no database at/],
    ] as const) {
      const { exitCode, stderr, stdout } = await replay(...args);
      equal(exitCode, code, stderr);
      equal(stdout, '');
      match(stderr, text);
      doesNotMatch(stderr, /\n +at /);
    }
  });

  it('says that a recording is empty', async () => {
    const empty = join(await stage.directory(), 'empty.db');
    writeHistory(empty, {});
    const { stdout, exitCode } = await sstory('replay', '--db', empty, '--speed', 'max');
    equal(stdout, '');
    equal(exitCode, 0);
  });

  it('ends quietly when its reader has seen enough', async () => {
    const many = join(await stage.directory(), 'many.db');
    const connections = Array.from({ length: 5_000 }, (_, index) =>
      connectionOf(index + 1, [
        [index / 1_000, 'SYN-SENT'],
        [index / 1_000 + 1, 'UNCONN'],
      ]),
    );
    writeHistory(many, { connections });
    const { stdout, stderr } = await execa('bash', [
      '-c',
      `${process.execPath} ${MAIN} replay --speed max --db ${many} | head -n 2; echo "\${PIPESTATUS[0]}"`,
    ]);
    const lines = stdout.split('\n');
    equal(lines.length, 3);
    equal(lines[2], '0');
    equal(stderr, '');
  });
});

describe('sstory live without a terminal', () => {
  it('points to log -f', async () => {
    const { exitCode, stderr, stdout } = await sstory('live');
    equal(exitCode, 2);
    equal(stdout, '');
    match(stderr, /^sstory: sstory live needs a terminal\n {2}sstory log -f /);
  });
});
