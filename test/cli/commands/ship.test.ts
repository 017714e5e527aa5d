import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { execa } from 'execa';
import { createStatements } from '../../../src/fleet/tables.js';
import type { Connection } from '../../../src/model/connection.js';
import type { ShipState } from '../../../src/ship/state.js';
import { chdbDirectory } from '../../fleet/chdb.js';
import { Gateway } from '../../fleet/gateway.js';
import { batchOf, connectionOf, usAt, writeHistory } from '../../lab/history.js';
import { MAIN, sstory } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';
import { until } from '../../lab/until.js';

const CLOSED = 200;
const END_S = 300;

describe('sstory ship', () => {
  const stage = new Stage();
  let directory: string;
  let path: string;
  let to: string;
  beforeEach(async () => {
    directory = await stage.directory();
    path = join(directory, 'host.db');
    to = `dir:${join(directory, 'out')}`;
    writeTo(path);
  });
  after(() => stage[Symbol.asyncDispose]());

  const connectionNumber = (id: number) =>
    connectionOf(
      id,
      [
        [(id - 1) / 10, 'SYN-SENT'],
        [(id - 1) / 10 + 0.2, 'ESTAB'],
        [(id - 1) / 10 + 0.5, 'UNCONN'],
      ],
      { closeReason: id % 10 === 1 ? 'refused' : 'orderly' },
    );

  /** `later`: of another commit. */
  function writeTo(file: string, count = CLOSED, later: readonly Connection[] = []): void {
    const connections = Array.from({ length: count }, (_, index) => connectionNumber(index + 1));
    const throughUs = usAt(END_S);
    const more = later.length === 0 ? [] : [batchOf({ connections: later, throughUs })];
    writeHistory(file, { connections, throughUs, endS: END_S }, () => more);
  }

  const stateOf = (name: string) =>
    JSON.parse(readFileSync(join(directory, 'ship', `${name}.json`), 'utf8')) as ShipState;

  const hasState = (name: string) => existsSync(join(directory, 'ship', `${name}.json`));

  it('writes failures whole and counts the others, by default', async () => {
    const { exitCode, stdout, stderr } = await sstory('ship', '--db', path, '--to', to, '--once');
    equal(exitCode, 0, stderr);
    equal(stdout, '');
    equal(stderr, `sstory: ${CLOSED} connections sent to ${to}, ${CLOSED} found there`);
    deepEqual(await rowsOf('lives', 'count(*)::INT AS n, min(close_reason) AS reason'), [{ n: 20, reason: 'refused' }]);
    // The history begins at 11:06:40.
    deepEqual(
      await rowsOf('counts', "strftime(minute_us AT TIME ZONE 'UTC', '%H:%M') AS minute, connections::INT AS n, comm"),
      [
        { minute: '11:06', n: 175, comm: 'java' },
        { minute: '11:07', n: 5, comm: 'java' },
      ],
    );
    deepEqual(
      await rowsOf(
        'segments',
        'segment::INT AS first, "last"::INT AS last, lives::INT AS lives, counted::INT AS counted, what',
      ),
      [{ first: 1, last: CLOSED, lives: 20, counted: 180, what: 'failures,slow' }],
    );
    const { sent, kept, waiting } = stateOf('out');
    deepEqual([sent, kept, waiting], [CLOSED, CLOSED, []]);
  });

  it('writes all of them with --what all, and only what is new the next time', async () => {
    const all = ['ship', '--db', path, '--to', to, '--what', 'all', '--once', '--name', 'there'];
    equal((await sstory(...all)).exitCode, 0);
    const files = readdirSync(join(directory, 'out', 'lives'), { recursive: true }).sort();
    equal((await sstory(...all)).exitCode, 0);
    deepEqual(readdirSync(join(directory, 'out', 'lives'), { recursive: true }).sort(), files);
    deepEqual(await rowsOf('lives', 'count(DISTINCT connection_id)::INT AS ids, count(*)::INT AS n'), [
      { ids: CLOSED, n: CLOSED },
    ]);
    equal(stateOf('there').sent, CLOSED);
  });

  it('goes on from what is there when its state was deleted', async () => {
    const once = ['ship', '--db', path, '--to', to, '--once'];
    await sstory(...once);
    const names = readdirSync(join(directory, 'out'), { recursive: true }).sort();
    rmSync(join(directory, 'ship'), { recursive: true });
    const { stderr } = await sstory(...once);
    match(stderr, new RegExp(`${CLOSED} connections sent`));
    deepEqual(readdirSync(join(directory, 'out'), { recursive: true }).sort(), names);
  });

  it('keeps its state for itself and its group', async () => {
    await sstory('ship', '--db', path, '--to', to, '--once', '--state', join(directory, 'elsewhere'));
    equal(statSync(join(directory, 'elsewhere', 'out.json')).mode & 0o007, 0);
    equal(existsSync(join(directory, 'ship')), false);
  });

  it('says where the recorder does not see its state', async () => {
    const elsewhere = join(directory, 'elsewhere');
    const { exitCode, stderr } = await sstory('ship', '--db', path, '--to', to, '--once', '--state', elsewhere);
    equal(exitCode, 0);
    match(
      stderr,
      new RegExp(`the recorder looks in ${join(directory, 'ship')}, not in ${elsewhere}: .*SSTORY_SHIP_STATE=`),
    );
  });

  it('keeps its state where the environment says, and prune and metrics read it there', async () => {
    const elsewhere = join(directory, 'elsewhere');
    const environment = { SSTORY_SHIP_STATE: elsewhere };
    rmSync(path);
    // The last commit keeps its numbers: the next ones follow from them.
    writeTo(path, CLOSED, [connectionNumber(CLOSED + 1)]);
    const asked = (...args: string[]) =>
      execa(process.execPath, [MAIN, ...args, '--db', path], { env: environment, reject: false });
    equal(
      (await asked('ship', '--to', to, '--once')).stderr,
      `sstory: ${CLOSED + 1} connections sent to ${to}, ${CLOSED + 1} found there`,
    );
    equal(existsSync(join(directory, 'ship')), false);
    const file = join(elsewhere, 'out.json');
    const state = JSON.parse(readFileSync(file, 'utf8')) as ShipState;
    writeFileSync(file, JSON.stringify({ ...state, sent: 150, kept: 120 }));
    match((await asked('metrics')).stdout, /^sstory_unshipped_rows\{target="out"\} 51$/m);
    match((await asked('ship', '--status')).stdout, /^out: .* 150 connections sent, 51 wait, 120 found there/);
    equal((await asked('prune', '--retain', '1s')).exitCode, 0);
    const gaps = await sstory('sql', '--db', path, '--format', 'csv', "SELECT lost FROM gaps WHERE scope = 'shipping'");
    equal(gaps.stdout, `lost\n${CLOSED - 120}`);
  });

  it('shows how far it came', async () => {
    await sstory('ship', '--db', path, '--to', to, '--once');
    const text = await sstory('ship', '--db', path, '--status');
    match(
      text.stdout,
      /^out: dir:.*\/out: 200 connections sent, 0 wait, 200 found there, complete to .* \(0us behind\)$/,
    );
    const json = await sstory('ship', '--db', path, '--status', '--json');
    const { type, name, sent, waiting, lost, error } = JSON.parse(json.stdout) as Record<string, unknown>;
    deepEqual([type, name, sent, waiting, lost, error], ['shipping', 'out', CLOSED, 0, 0, null]);
  });

  it('goes on while a recorder writes, and ends at SIGTERM with all that was due', async () => {
    const child = execa(process.execPath, [MAIN, 'ship', '--db', path, '--to', to], { reject: false });
    stage.process(child);
    await until('all is sent', () => hasState('out') && stateOf('out').sent === CLOSED);
    child.kill('SIGTERM');
    const { exitCode, stderr } = await child;
    equal(exitCode, 0, stderr);
    match(stderr, /^sstory: shipping .* to dir:.* \(failures,slow\); Ctrl-C ends it$/m);
  });

  it('gives each connection once when it is killed at any time', async function () {
    this.timeout(120_000);
    writeTo(path.replace('host', 'large'), 60_000);
    const large = join(directory, 'large.db');
    const words = ['ship', '--db', large, '--to', to, '--what', 'all', '--once'];
    for (let kills = 0; kills < 4; kills++) {
      const child = execa(process.execPath, [MAIN, ...words], { reject: false });
      const before = hasState('out') ? stateOf('out').sent : 0;
      await until('more is sent', () => child.exitCode !== null || (hasState('out') && stateOf('out').sent > before));
      child.kill('SIGKILL');
      await child;
    }
    equal((await sstory(...words)).exitCode, 0);
    deepEqual(await rowsOf('lives', 'count(DISTINCT connection_id)::INT AS ids, count(*)::INT AS n'), [
      { ids: 60_000, n: 60_000 },
    ]);
    deepEqual(
      readdirSync(join(directory, 'out'), { recursive: true }).filter((name) => String(name).endsWith('.new')),
      [],
    );
  });

  it('has the password neither in its command line nor in what it says', async function () {
    if (chdbDirectory() === undefined) this.skip();
    this.timeout(120_000);
    const gateway = stage.use(disposable(await Gateway.start()));
    for (const statement of createStatements({ days: 3_650 })) await gateway.of.run(statement);
    const env = { ...gateway.of.environment(), SSTORY_DEBUG: '1' };
    const child = execa(process.execPath, [MAIN, 'ship', '--db', path, '--to', gateway.of.url()], {
      env,
      reject: false,
    });
    stage.process(child);
    await until('all is sent', () => hasState('localhost') && stateOf('localhost').sent === CLOSED);
    doesNotMatch(readFileSync(`/proc/${child.pid}/cmdline`, 'utf8'), /secret/);
    gateway.of.fault = () => 'refuse';
    child.kill('SIGTERM');
    const { stdout, stderr } = await child;
    doesNotMatch(stdout + stderr + readFileSync(join(directory, 'ship', 'localhost.json'), 'utf8'), /secret/);
    equal((await gateway.of.rows<{ n: number }>('SELECT toUInt32(count()) AS n FROM lives'))[0]?.n, 20);
  });

  describe('rejects, in one line that names the way out:', () => {
    const cases: [what: string, words: string[], code: number, said: RegExp][] = [
      ['no place', [], 2, /^sstory: ship where\? Give --to URL or --to dir:\/PATH\n {2}for example: --to dir:/],
      ['a path that is not whole', ['--to', 'dir:out'], 2, /"dir:out" does not name a whole path: as in dir:/],
      ['what is no place', ['--to', 'somewhere'], 2, /the place is neither a URL nor a directory: https:/],
      [
        'a password in the URL',
        ['--to', 'https://u:geheim@localhost:1/db', '--once'],
        2,
        /a password in the URL can be read/,
      ],
      [
        'an unknown choice',
        ['--to', 'dir:/x', '--what', 'fast'],
        2,
        /invalid choice "fast": one or more of failures, slow, all/,
      ],
      ['a pace of one', ['--to', 'dir:/x', '--pace', '1'], 2, /invalid factor "1": more than 1/],
      ['a name that is a path', ['--to', 'dir:/x', '--name', '../x'], 2, /invalid name "..\/x": letters/],
      ['--json alone', ['--to', 'dir:/x', '--json'], 2, /--json goes with --status/],
      [
        'a directory without one above it',
        ['--to', 'dir:/nowhere/there', '--once'],
        1,
        /cannot ship to \/nowhere\/there: its directory does not exist\n {2}the directory above it must exist/,
      ],
      ['the status of what is not shipped', ['--status'], 1, /is not shipped\n/],
    ];
    for (const [what, words, code, said] of cases) {
      it(what, async () => {
        const { exitCode, stdout, stderr } = await sstory('ship', '--db', path, ...words);
        equal(exitCode, code, stderr);
        equal(stdout, '');
        match(stderr, said);
        doesNotMatch(stderr, /geheim|\n +at /);
      });
    }

    it('a state that is damaged', async () => {
      mkdirSync(join(directory, 'ship'));
      writeFileSync(join(directory, 'ship', 'out.json'), '{"sent":1');
      const { exitCode, stderr } = await sstory('ship', '--db', path, '--to', to, '--once');
      equal(exitCode, 1);
      match(stderr, /out\.json is not a state of sstory ship\n {2}delete it to begin again/);
    });

    it('a second one with the same name', async () => {
      const child = execa(process.execPath, [MAIN, 'ship', '--db', path, '--to', to], { reject: false });
      stage.process(child);
      await until('it ships', () => hasState('out'));
      const { exitCode, stderr } = await sstory('ship', '--db', path, '--to', to, '--once');
      equal(exitCode, 1);
      match(stderr, /another sstory ship uses the name out in .*\n {2}give this one another name: --name NAME/);
    });

    it('a database of an older schema', async () => {
      const { writeVersion } = await import('../../store/versions.js');
      const old = join(directory, 'old.db');
      writeVersion(old, 3);
      const { exitCode, stderr } = await sstory('ship', '--db', old, '--to', to, '--once');
      equal(exitCode, 1);
      match(stderr, /old\.db has schema version 3, this sstory reads 5\n {2}sstory migrate/);
    });

    it('a database of the schema before, which can be upgraded', async () => {
      const { writeVersion } = await import('../../store/versions.js');
      const early = join(directory, 'early.db');
      writeVersion(early, 4);
      const { exitCode, stderr } = await sstory('ship', '--db', early, '--to', to, '--once');
      equal(exitCode, 1);
      match(stderr, /early\.db has schema version 4, ship needs 5\n {2}sstory migrate/);
      equal((await sstory('migrate', '--db', early)).exitCode, 0);
      equal((await sstory('ship', '--db', early, '--to', to, '--once')).exitCode, 0);
    });
  });

  it('reports what it cannot write after three attempts, and keeps that for --status', async () => {
    mkdirSync(join(directory, 'out'));
    writeFileSync(join(directory, 'out', 'lives'), '');
    const { exitCode, stderr } = await sstory('ship', '--db', path, '--to', to, '--once');
    equal(exitCode, 1);
    equal(stderr.match(/cannot write .*\/lives\/.*: .*: trying again/g)?.length, 2);
    match(stderr, /\nsstory: cannot write [^\n]*$/);
    match((await sstory('ship', '--db', path, '--status')).stdout, /200 wait.*failing: cannot write/);
  });

  async function rowsOf(table: string, columns: string): Promise<unknown[]> {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const reader = await connection.runAndReadAll(
      `SELECT ${columns} FROM read_parquet('${join(directory, 'out', table)}/**/*.parquet')`,
    );
    const rows = reader.getRowObjectsJS() as unknown[];
    connection.closeSync();
    instance.closeSync();
    return rows;
  }
});

function disposable(gateway: Gateway) {
  return { of: gateway, [Symbol.asyncDispose]: () => gateway.close() };
}
