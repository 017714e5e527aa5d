import { deepEqual, doesNotMatch, equal, match, ok } from 'node:assert/strict';
import { copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Database } from '../../../src/store/sqlite.js';
import { connectionOf, usAt, writeHistory } from '../../lab/history.js';
import { query, sstory } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';

const CLOSED = 6_000;
const END_S = 7_000;

describe('sstory prune', () => {
  const stage = new Stage();
  let directory: string;
  let count = 0;

  before(async () => {
    directory = await stage.directory();
    writeHistory(join(directory, 'whole.db'), {
      connections: Array.from({ length: CLOSED + 1 }, (_, index) => {
        // An age is measured when the program has started, which may take a while.
        const atS = index < 4_000 ? index : index + 60;
        return connectionOf(index + 1, [[atS, 'SYN-SENT'], ...(index === 500 ? [] : [[atS + 0.5, 'UNCONN'] as const])]);
      }),
      endS: END_S,
    });
  });
  after(() => stage[Symbol.asyncDispose]());

  function copy(): string {
    const path = join(directory, `${++count}.db`);
    copyFileSync(join(directory, 'whole.db'), path);
    return path;
  }

  const iso = (seconds: number) => new Date(usAt(seconds) / 1_000).toISOString();
  const connectionsOf = (path: string) =>
    query<{ count: number }>(path, 'SELECT count(*) AS count FROM connections')[0]?.count;
  /** As an age for --retain: what closed before the time stays out. */
  const since = (seconds: number) => `${(Date.now() - usAt(seconds) / 1_000) / 1_000}s`;

  it('leaves a history that was not always empty, and sstory log -n says so', async () => {
    const path = join(directory, 'short.db');
    writeHistory(path, {
      connections: [
        connectionOf(1, [
          [1, 'SYN-SENT'],
          [2, 'UNCONN'],
        ]),
      ],
    });
    await sstory('prune', '--db', path, '--retain', '1s');
    const { stderr } = await sstory('log', '-n', '5', '--db', path);
    match(stderr, /^sstory: pruned: connections that closed up to .* were deleted \(1 in all\)/);
    match(stderr, /-- no entries --$/);
    doesNotMatch((await sstory('log', '-n', '0', '--db', path)).stderr, /nothing is recorded/);
  });

  it('deletes connections that closed longer ago than --retain, and counts them', async () => {
    const path = copy();
    const before = statSync(path).size;
    const { exitCode, stdout, stderr } = await sstory('prune', '--db', path, '--retain', since(4_000));
    equal(exitCode, 0, stderr);
    equal(stdout, '');
    match(stderr, /^sstory: 3,999 connections deleted; .*: \d+\.\d MB -> \d+\.\d MB$/m);
    equal(connectionsOf(path), CLOSED + 1 - 3_999);
    ok(statSync(path).size < before / 1.5);
    equal((await sstory('check', '--db', path)).exitCode, 0);
  });

  it('counts what is still in the log of a recorder that was killed', async () => {
    const [written, killed] = [copy(), join(directory, 'killed.db')];
    const database = new Database(written);
    database.pragma('wal_autocheckpoint = 0');
    database.exec('CREATE TABLE large AS SELECT zeroblob(5000000) AS bytes');
    for (const suffix of ['', '-wal']) copyFileSync(`${written}${suffix}`, `${killed}${suffix}`);
    database.close();
    const { stderr } = await sstory('prune', '--db', killed, '--retain', since(0));
    const [, from, to] = /: (\d+\.\d) MB -> (\d+\.\d) MB$/m.exec(stderr) ?? [];
    ok(Number(to) > 5 && Number(from) >= Number(to), stderr);
  });

  it('makes the file as small as --max-size says', async () => {
    const path = copy();
    const size = Math.floor(statSync(path).size / 2);
    const { exitCode, stderr } = await sstory('prune', '--db', path, '--retain', '100000d', '--max-size', String(size));
    equal(exitCode, 0, stderr);
    ok(statSync(path).size <= size);
    deepEqual(
      query(path, 'SELECT reason FROM prunings').map((row) => (row as { reason: string }).reason),
      ['max-size'],
    );
  });

  it('exits 1 where open connections alone are larger than --max-size', async () => {
    const { exitCode, stderr } = await sstory('prune', '--db', copy(), '--max-size', '1kB');
    equal(exitCode, 1);
    match(stderr, /still larger than --max-size: no closed connections are left to delete/);
  });

  it('names what is wrong with its words', async () => {
    const path = copy();
    for (const [words, said] of [
      [[], /prune what\?.*--retain/],
      [['--retain', 'soon'], /"soon"/],
      [['--max-size', 'huge'], /invalid size "huge"/],
    ] as const) {
      const { exitCode, stderr } = await sstory('prune', '--db', path, ...words);
      equal(exitCode, 2, stderr);
      match(stderr, said);
      doesNotMatch(stderr, /\bat .*\.js:/);
    }
    const missing = await sstory('prune', '--db', join(directory, 'none.db'), '--retain', '1d');
    equal(missing.exitCode, 1);
    match(missing.stderr, /no database at/);
  });

  it('does not touch a file that is not an sstory database', async () => {
    const path = join(directory, 'text.db');
    writeFileSync(path, 'my letters\n');
    const { exitCode, stderr } = await sstory('prune', '--db', path, '--retain', '1d');
    equal(exitCode, 1);
    match(stderr, /is not an sstory database/);
    equal(readFileSync(path, 'utf8'), 'my letters\n');
  });

  describe('afterwards', () => {
    let path: string;
    before(async () => {
      path = copy();
      equal((await sstory('prune', '--db', path, '--retain', since(4_000))).exitCode, 0);
    });

    const commands: readonly (readonly [string, (from: string, to: string) => string[]])[] = [
      ['ss --at', (from) => ['ss', '--at', from, '-ta']],
      ['log', (from, to) => ['log', '--since', from, '--until', to]],
      ['timeline', (from, to) => ['timeline', '--since', from, '--until', to]],
      ['diff', (from, to) => ['diff', from, to]],
      ['replay', (from, to) => ['replay', '--speed', 'max', '--since', from, '--until', to]],
      ['export', (from, to) => ['export', '--since', from, '--until', to]],
      ['names', (from, to) => ['names', '--since', from, '--until', to]],
    ];
    for (const [name, wordsOf] of commands) {
      it(`${name} says that a time was pruned, and nothing of the kind of a time that was not`, async () => {
        const pruned = await sstory(...wordsOf(iso(1_000), iso(1_010)), '--db', path);
        equal(pruned.exitCode, 0, pruned.stderr);
        match(pruned.stderr, /^sstory: pruned: connections that closed up to .* were deleted \(3,999 in all\)/m);
        const kept = await sstory(...wordsOf(iso(5_000), iso(5_010)), '--db', path);
        equal(kept.exitCode, 0, kept.stderr);
        doesNotMatch(kept.stderr, /pruned/);
      });
    }

    it('an open connection is still there with its whole history', async () => {
      const { stdout } = await sstory('log', '--db', path, '--json', '--since', iso(0), '--until', iso(3_000));
      deepEqual(
        stdout.split('\n').map((line) => (JSON.parse(line) as { connection_id: number }).connection_id),
        [501],
      );
    });
  });
});
