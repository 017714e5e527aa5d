import { deepEqual, equal, match } from 'node:assert/strict';
import { execa } from 'execa';
import { isoTime } from '../../../src/model/time-text.js';
import { requireChdb } from '../../fleet/chdb.js';
import { connectionOf, usAt } from '../../lab/history.js';
import { MAIN } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';
import { FleetLab } from './fleet-lab.js';

const refused = (id: number, atS: number) =>
  connectionOf(
    id,
    [
      [atS, 'SYN-SENT'],
      [atS + 0.5, 'UNCONN'],
    ],
    { closeReason: 'refused' },
  );

describe('sstory log --fleet', () => {
  const stage = new Stage();
  let lab: FleetLab;
  before(async function () {
    this.timeout(120_000);
    requireChdb(this);
    lab = await FleetLab.start();
    const directory = await stage.directory();
    await lab.host('web-1', directory, { connections: [refused(1, 10), connectionOf(2, [[11, 'ESTAB']])] });
    await lab.host('web-2', directory, {
      connections: [refused(1, 10.2)],
      gaps: [{ fromUs: usAt(20), toUs: usAt(21) }],
    });
  });
  after(async () => {
    await lab?.close();
    await stage[Symbol.asyncDispose]();
  });

  const ask = async (...args: readonly string[]) => {
    const { exitCode, stdout, stderr } = await execa(
      process.execPath,
      [MAIN, 'log', '--fleet', lab.gateway.url(), '--utc', ...args],
      { reject: false, env: lab.gateway.environment() },
    );
    const words = stdout.split('\n').map((line) => line.split(/\s+/));
    return { exitCode, stdout, stderr, words };
  };

  it('shows the transitions of all hosts in the order of time, and the gaps', async () => {
    const { exitCode, stdout, stderr, words } = await ask();
    equal(exitCode, 0, stderr);
    deepEqual(
      words.map(([host, , time = '']) => `${host} ${time.slice(6, 11)}`),
      ['web-1 50.00', 'web-2 50.20', 'web-1 50.50', 'web-2 50.70', 'web-1 51.00', 'web-2 00.00'],
    );
    match(stdout, /^web-2 .*SYN-SENT -> UNCONN {2}java\[42\] {2}refused$/m);
    match(stdout, /^web-2 .*-- 3 events lost \(sequence\), until/m);
    match(stderr, /^sstory: .* to .*: 1 of 2 hosts complete, 1 with gaps \(web-2\)$/m);
  });

  it('takes a filter, and shows the last ones, newest first', async () => {
    const { words } = await ask('-n', '2', '-r', 'reason refused and machine web-*');
    deepEqual(
      words.filter(([, , , dashes]) => dashes !== '--').map(([host, , time = '']) => `${host} ${time.slice(6, 11)}`),
      ['web-2 50.70', 'web-1 50.50'],
    );
    const grepped = await ask('-g', 'web-2.*refused');
    equal(grepped.words.length, 1);
  });

  it('gives the host first in JSON, after the basis', async () => {
    const { stdout } = await ask('--json', '-S', isoTime(usAt(10.6)), '-U', isoTime(usAt(12)), 'state established');
    const [basis, ...rows] = stdout.split('\n').map((line) => JSON.parse(line));
    equal(basis.type, 'basis');
    deepEqual(
      rows.map((row) => [row.host, row.type, row.connection_id, row.new_state]),
      [['web-1', 'transition', 2, 'ESTAB']],
    );
  });

  it('says so where nothing matches, and refuses to follow', async () => {
    const none = await ask('dst 192.0.2.1 and machine web-1', '-U', isoTime(usAt(12)));
    deepEqual([none.exitCode, none.stdout], [0, '']);
    match(none.stderr, /no matching transitions/);
    const follow = await ask('-f');
    equal(follow.exitCode, 2);
    match(follow.stderr, /-f follows the recorder of one host/);
    const both = await ask('--db', '/nowhere/a.db');
    equal(both.exitCode, 2);
    match(both.stderr, /--fleet and --db cannot be used together/);
  });
});
