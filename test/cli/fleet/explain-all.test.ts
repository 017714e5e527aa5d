import { deepEqual, doesNotMatch, equal, match, ok } from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { execa } from 'execa';
import { FORMATS, schemaOf } from '../../../scripts/json-schemas/formats.js';
import { requireChdb } from '../../fleet/chdb.js';
import { connectionOf } from '../../lab/history.js';
import { MAIN } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';
import type { FleetLab } from './fleet-lab.js';
import { REFUSED_HOSTS, STALE_HOST, STALE_ID, shippedFleet } from './served-fleet.js';

describe('explain and timeline of a fleet', () => {
  const stage = new Stage();
  let lab: FleetLab;
  /** Where the commands make their slices. */
  let temporary: string;
  before(async function () {
    this.timeout(180_000);
    requireChdb(this);
    temporary = await stage.directory();
    lab = await shippedFleet(stage);
  });
  after(async () => {
    await lab?.close();
    await stage[Symbol.asyncDispose]();
  });

  const ask = (...args: readonly string[]) =>
    execa(process.execPath, [MAIN, ...args, '--fleet', lab.gateway.url()], {
      reject: false,
      env: { ...lab.gateway.environment(), TZ: 'UTC', TMPDIR: temporary },
    });
  const objects = (stdout: string) => stdout.split('\n').map((line) => JSON.parse(line));

  it('finds by itself that a name has left the address, on one host of forty', async () => {
    const { exitCode, stdout, stderr } = await ask('explain', '--all');
    equal(exitCode, 0, stderr);
    match(stdout, /^ *\d+ +unanswered SYN +1 +1 .*java +10\.4\.1\.80:9200$/m);
    match(stdout, /^UNANSWERED SYN {2}10\.4\.1\.80:9200$/m);
    match(stdout, new RegExp(`^ {2}For example on ${STALE_HOST}, from what it sent:$`, 'm'));
    match(stdout, new RegExp(`^ {2}${STALE_HOST}:${STALE_ID} .*SYN-SENT for `, 'm'));
    match(stdout.replace(/\s+/g, ' '), /kafka\.test .*10\.4\.1\.81/);
    match(stderr, /38 of 40 hosts complete, 1 behind .*db-03.*, 1 with gaps \(web-11\)/);
  });

  it('puts what fails alike on several hosts into one line', async () => {
    const { stdout } = await ask('explain', '--all', '--json');
    const [basis, ...troubles] = objects(stdout);
    equal(basis.type, 'basis');
    deepEqual(
      troubles.map(({ type, kind, end, count, hosts }) => [type, kind, end, count, hosts]),
      [
        ['fleet-trouble', 'stale name', '10.4.1.80:9200', 1, 1],
        ['fleet-trouble', 'unanswered SYN', '10.4.1.80:9200', 1, 1],
        ['fleet-trouble', 'refused', '10.9.9.9:5432', 10, 5],
        ['fleet-trouble', 'reset', '10.4.1.80:9200', 1, 1],
      ],
    );
    deepEqual([...troubles[2].host_names].sort(), REFUSED_HOSTS);
    const isTrouble = new Ajv2020({ allowUnionTypes: true }).compile(
      schemaOf('fleet-trouble', FORMATS['fleet-trouble']),
    );
    for (const each of troubles) ok(isTrouble(each), JSON.stringify(isTrouble.errors));
    const { example } = troubles[0];
    deepEqual([example.host, example.connection_id], [STALE_HOST, STALE_ID]);
    ok(example.troubles.includes('stale name'));
  });

  it('takes a filter and a window, and says where nothing looks wrong', async () => {
    const refused = await ask('explain', '--all', '--json', 'machine db-* and port 5432');
    deepEqual(
      objects(refused.stdout)
        .slice(1)
        .map(({ kind }) => kind),
      ['refused'],
    );
    const { stdout, stderr } = await ask('explain', '--all', 'dst 192.0.2.1');
    equal(stdout, '');
    match(stderr, /nothing looks wrong from/);
  });

  it('shows a connection of a host by its id, as the host itself does', async () => {
    const { exitCode, stdout, stderr } = await ask('timeline', `${STALE_HOST}:${STALE_ID}`);
    equal(exitCode, 0, stderr);
    match(stdout, new RegExp(`^${STALE_HOST}:#${STALE_ID} `));
    match(stdout, /SYN-SENT/);
    equal((await ask('timeline', `${STALE_HOST}:1`)).stdout, '');
  });

  it('shows those of all hosts that match, with the host first', async () => {
    const lines = await ask('timeline', '--oneline', 'reason refused');
    const rows = lines.stdout.split('\n').filter((line) => /^\w/.test(line));
    deepEqual(
      rows.map((row) => row.split(/\s+/)[0]),
      REFUSED_HOSTS.flatMap((host) => [host, host]),
    );
    const json = objects((await ask('timeline', '--json', '-n', '1', 'reason refused')).stdout).slice(1);
    deepEqual(
      json.map(({ host, connection_id, close_reason }) => [host, connection_id, close_reason]),
      REFUSED_HOSTS.map((host) => [host, 501, 'refused']),
    );
  });

  it('rejects what is of one host', async () => {
    const id = await ask('timeline', '--id', '3');
    equal(id.exitCode, 2);
    match(id.stderr, /--id is of one host: with --fleet, HOST:ID/);
    const state = await ask('explain', '--all', 'state', 'syn-sent');
    equal(state.exitCode, 2);
    match(state.stderr, /--all looks at every state/);
  });

  it('explains a connection of a host from what the host sent, and its other end', async () => {
    const { exitCode, stdout, stderr } = await ask('explain', `${STALE_HOST}:${STALE_ID}`);
    equal(exitCode, 0, stderr);
    const text = stdout.replace(/\s+/g, ' ');
    match(text, new RegExp(`^${STALE_HOST}:${STALE_ID} .*java`));
    match(text, /kafka\.test resolved to 10\.4\.1\.80 .* since .* it has resolved to 10\.4\.1\.81/);
    match(text, /No host of the fleet/);
  });

  it('has the retransmits of a connection that is still open', async () => {
    const text = (await ask('explain', `${STALE_HOST}:${STALE_ID}`)).stdout.replace(/\s+/g, ' ');
    match(text, /The kernel retransmitted the SYN 4 times/);
    doesNotMatch(text, /No retransmit of the SYN was seen/);
  });

  it('concludes nothing from there being no other connection on a host that counts the ordinary ones', async () => {
    const answers = await Promise.all(
      ['all', 'failures,slow'].map(async (what) => {
        const host = what === 'all' ? 'all-1' : 'some-1';
        const stuck = connectionOf(
          1,
          [
            [50, 'SYN-SENT'],
            [80, 'UNCONN'],
          ],
          { closeReason: 'timed out' },
        );
        await lab.host(host, await stage.directory(), { connections: [stuck] }, what);
        const { exitCode, stdout, stderr } = await ask('explain', `${host}:1`);
        equal(exitCode, 0, stderr);
        return stdout.replace(/\s+/g, ' ');
      }),
    );
    const ABSENT =
      /never accepted a connection from here in what was sent of that time|No other port of 10\.0\.0\.2 was tried/;
    match(answers[0] ?? '', ABSENT);
    match(answers[1] ?? '', /its SYN was not answered/);
    doesNotMatch(answers[1] ?? '', ABSENT);
  });

  it('explains the worst that match a filter, of all hosts', async () => {
    const { stdout, stderr } = await ask('explain', '-n', '2', '--json', 'port 5432 or dst 10.4.1.80');
    const [basis, ...found] = objects(stdout);
    equal(basis.type, 'basis', stderr);
    const isExplanation = new Ajv2020({ allowUnionTypes: true }).compile(schemaOf('explanation', FORMATS.explanation));
    for (const each of found) ok(isExplanation(each), JSON.stringify(isExplanation.errors));
    deepEqual([found.length, found[0].host, found[0].connection_id], [2, STALE_HOST, STALE_ID]);
    ok(found[0].troubles.includes('stale name'));
    match(stderr, /10 more match/);
    const stuck = objects((await ask('explain', '--json', 'state syn-sent')).stdout).slice(1);
    // One that still waits comes before those that ended in that state.
    deepEqual([stuck[0].host, stuck[0].connection_id], [STALE_HOST, STALE_ID]);
    deepEqual([...new Set(stuck.map(({ state }) => state))], ['SYN-SENT']);
    match((await ask('explain', 'dst 192.0.2.1')).stderr, /no matching connections/);
  });

  it('leaves no file behind', () => {
    deepEqual(readdirSync(temporary), []);
  });
});
