import { deepEqual, equal, match } from 'node:assert/strict';
import { join } from 'node:path';
import { execa } from 'execa';
import { isoTime } from '../../../src/model/time-text.js';
import { openForWriting } from '../../../src/store/database.js';
import { requireChdb } from '../../fleet/chdb.js';
import { connectionOf, usAt, writeHistory } from '../../lab/history.js';
import { MAIN } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';
import { FleetLab } from './fleet-lab.js';

const unanswered = connectionOf(1, [
  [10, 'SYN-SENT'],
  [30, 'UNCONN'],
]);

describe('names of a fleet', () => {
  const stage = new Stage();
  let lab: FleetLab;
  before(async function () {
    this.timeout(120_000);
    requireChdb(this);
    lab = await FleetLab.start();
    const directory = await stage.directory();
    for (const [host, address] of [
      ['web-1', '10.0.0.2'],
      ['web-2', '10.0.0.9'],
    ] as const) {
      const path = join(directory, `${host}.db`);
      writeHistory(path, { connections: [unanswered] });
      const database = openForWriting(path);
      database
        .prepare("INSERT INTO names VALUES ('kafka.test', ?, ?, ?, 'dns', 1, 'replaced')")
        .run(address, usAt(1), usAt(60));
      database.close();
      await lab.ship(host, path);
    }
  });
  after(async () => {
    await lab?.close();
    await stage[Symbol.asyncDispose]();
  });

  const run = async (...args: readonly string[]) =>
    execa(process.execPath, [MAIN, ...args, '--fleet', lab.gateway.url()], {
      reject: false,
      env: lab.gateway.environment(),
    });

  it('are shown with their host by sstory names --fleet', async () => {
    const { stdout, stderr, exitCode } = await run('names', 'kafka.test');
    equal(exitCode, 0, stderr);
    deepEqual(
      stdout.split('\n').map((line) => line.split(/\s{2,}/).filter((word) => /^(?:web|kafka|10)/.test(word))),
      [
        ['web-1', 'kafka.test', '10.0.0.2'],
        ['web-2', 'kafka.test', '10.0.0.9'],
      ],
    );
    const json = await run('names', '10.0.0.9', '--json');
    const [basis, row, ...more] = json.stdout.split('\n').map((line) => JSON.parse(line));
    deepEqual([basis.type, row.host, row.name, row.ended, more], ['basis', 'web-2', 'kafka.test', 'replaced', []]);
    match((await run('names', 'other.test')).stderr, /no matching names/);
    equal((await run('names', '10.0.0.9', '--reverse')).exitCode, 2);
  });

  it('stand in a filter for what any host resolved them to', async () => {
    const { stdout, stderr } = await run('ss', '-tanH', '--at', isoTime(usAt(20)), 'dst', 'kafka.test');
    match(stderr, /resolved kafka.test to 10.0.0.2, 10.0.0.9 from names that hosts recorded/);
    equal(stdout.split('\n').length, 2);
    const named = await run('ss', '-tanH', '--at', isoTime(usAt(20)), 'name', '*.test');
    match(named.stdout, /^web-1 [^\n]*$/);
  });
});
