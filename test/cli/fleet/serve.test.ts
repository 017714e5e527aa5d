import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { execa } from 'execa';
import type { TSchema } from 'typebox';
import { Info, LaneAnswer, Overview, PAINTS } from '../../../src/server/contract.js';
import { BasisAnswer } from '../../../src/server/contract-fleet.js';
import { requireChdb } from '../../fleet/chdb.js';
import { usAt } from '../../lab/history.js';
import type { Served } from '../../lab/served.js';
import { MAIN } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';
import { until } from '../../lab/until.js';
import type { FleetLab } from './fleet-lab.js';
import {
  BEHIND_HOST,
  GAP_HOST,
  REFUSED_HOSTS,
  STALE_HOST,
  STALE_ID,
  serveFleet,
  shippedFleet,
} from './served-fleet.js';

const CALM = ['web-00', 'web-01'];
const HOSTS = [...CALM, STALE_HOST, GAP_HOST, ...REFUSED_HOSTS];
const RANGE = `from=${usAt(0)}&to=${usAt(100)}`;

interface TroubleLine {
  readonly type: string;
  readonly kind: string;
  readonly subject: string;
  readonly count: number;
  readonly connection_ids: readonly number[];
  readonly hosts?: { readonly count: number; readonly names: readonly string[]; readonly example: string };
}

describe('the API of sstory serve --fleet', function () {
  this.timeout(120_000);
  const stage = new Stage();
  let lab: FleetLab;
  let served: Served;
  let directory: string;
  before(async function () {
    requireChdb(this);
    lab = await shippedFleet(stage, HOSTS);
    directory = await stage.directory();
    served = await serveFleet(lab, { TMPDIR: directory });
  });
  after(async () => {
    await served?.[Symbol.asyncDispose]();
    await lab?.close();
    await stage[Symbol.asyncDispose]();
  });

  /** An answer as the contract describes it. */
  async function answer<T>(schema: TSchema, path: string): Promise<T> {
    const value = await served.json<T & Record<string, unknown>>(path);
    const validate = new Ajv({ strict: false }).compile(schema);
    ok(validate(value), `${path}: ${JSON.stringify(validate.errors)}`);
    return value;
  }
  const failureOf = async (path: string) => {
    const { status, body } = await served.get(path);
    return { status, ...(JSON.parse(body) as { error: { code: string; message: string; hint?: string } }).error };
  };

  it('says that it is about a fleet, and how much hosts have sent', async () => {
    const info = await answer<Info>(Info, '/api/info');
    deepEqual([info.host, info.recording, info.connections], ['fleet', false, null]);
    deepEqual(info.fleet, { hosts: HOSTS.length, host: null });
    match(info.file, /^https:\/\/localhost:\d+\/sstory$/);
    const one = await answer<Info>(Info, `/api/info?host=${STALE_HOST}`);
    deepEqual([one.host, one.fleet?.host, one.source], [STALE_HOST, STALE_HOST, 'bpf']);
  });

  it('has hosts as groups, the worst first, with what happened to their connections', async () => {
    const { groups, groups_total, total, lanes } = await answer<LaneAnswer>(
      LaneAnswer,
      `/api/timeline?${RANGE}&width=200`,
    );
    deepEqual([groups_total, lanes.length], [HOSTS.length, 0]);
    equal(
      total,
      groups.reduce((sum, { connections }) => sum + connections, 0),
    );
    const troubled = groups.filter(({ troubled: count }) => count > 0).map(({ key }) => key);
    deepEqual(troubled.toSorted(), [STALE_HOST, ...REFUSED_HOSTS].toSorted());
    deepEqual(
      groups
        .slice(0, troubled.length)
        .map(({ key }) => key)
        .toSorted(),
      troubled.toSorted(),
    );
    const stale = groups.find(({ key }) => key === STALE_HOST);
    deepEqual([stale?.connections, stale?.troubled], [23, 2]);
    const paintsOf = (runs: LaneAnswer['groups'][number]['runs'] = []) =>
      new Set(runs.map(([, , paint]) => PAINTS[paint]));
    deepEqual([...paintsOf(stale?.runs)].toSorted(), ['ESTAB', 'SYN-SENT', 'reset']);
    // From 50 s on, of 100 s that are 200 pixels.
    ok(stale?.runs.some(([from, , paint]) => from === 100 && PAINTS[paint] === 'SYN-SENT'));
    deepEqual([...paintsOf(groups.find(({ key }) => key === 'web-00')?.runs)], ['ESTAB']);
  });

  it('shows where a host is incomplete: its gaps, and what it has not sent', async () => {
    const { groups } = await served.json<LaneAnswer & Record<string, unknown>>(`/api/timeline?${RANGE}`);
    const gapsOf = (host: string) => groups.find(({ key }) => key === host)?.gaps;
    deepEqual(gapsOf('web-00'), []);
    deepEqual(
      gapsOf(GAP_HOST)?.map(({ from_us, to_us, reason }) => [from_us, to_us, reason]),
      [[usAt(60), usAt(64), 'sequence']],
    );
    const [behind] = gapsOf(BEHIND_HOST) ?? [];
    deepEqual([behind?.reason, behind?.to_us], ['behind', usAt(100)]);
    const { lines } = await answer<BasisAnswer>(BasisAnswer, `/api/basis?${RANGE}&tz=UTC`);
    match(
      lines[0] ?? '',
      /7 of 9 hosts complete, 1 behind \(oldest 2026-11-18 11:07:\d\d: db-03\), 1 with gaps \(web-11\)/,
    );
    const one = await answer<BasisAnswer>(BasisAnswer, `/api/basis?${RANGE}&host=${BEHIND_HOST}&tz=UTC`);
    match(one.lines[0] ?? '', /^db-03: behind: everything up to 2026-11-18 11:07:\d\d has arrived$/);
  });

  it('counts all hosts over time, and one', async () => {
    const all = await answer<Overview>(Overview, `/api/overview?${RANGE}&buckets=10`);
    equal(
      all.failed.reduce((sum, each) => sum + each, 0),
      REFUSED_HOSTS.length * 2 + 1,
    );
    const one = await answer<Overview>(Overview, `/api/overview?${RANGE}&buckets=10&host=${STALE_HOST}`);
    // At the begin of each bucket; that of 50 s includes the connect that begins then.
    deepEqual(one.states['SYN-SENT']?.slice(0, 9), [0, 0, 0, 0, 0, 1, 1, 1, 1]);
    equal(
      one.opened.reduce((sum, each) => sum + each, 0),
      23,
    );
    const { body } = await served.get(`/api/overview?${RANGE}&buckets=2&format=csv`);
    match(body, /^from_us,opened,failed,/);
  });

  it('groups what fails by peer across hosts, and names the hosts', async () => {
    const lines = await served.lines<TroubleLine>(`/api/explain?${RANGE}`);
    const refused = lines.find(({ kind }) => kind === 'refused');
    deepEqual([refused?.subject, refused?.count], ['10.9.9.9:5432', REFUSED_HOSTS.length * 2]);
    deepEqual(refused?.hosts?.names.toSorted(), REFUSED_HOSTS);
    const unanswered = lines.find(({ kind }) => kind === 'unanswered SYN');
    deepEqual([unanswered?.subject, unanswered?.connection_ids], ['10.4.1.80:9200', [STALE_ID]]);
    deepEqual(unanswered?.hosts, { count: 1, names: [STALE_HOST], example: STALE_HOST });
    equal(lines.at(-1)?.type, 'end');
  });

  it('takes filters, with the word machine', async () => {
    const asked = await served.json<LaneAnswer & Record<string, unknown>>(
      `/api/timeline?${RANGE}&filter=machine+web-*+and+dst+:9200`,
    );
    ok(asked.groups_total > 0 && asked.groups.every(({ key }) => key.startsWith('web-')));
    const { options } = await served.json<{ options: { text: string }[] }>('/api/complete?filter=machine+web-1');
    deepEqual(
      options.map(({ text }) => text),
      [GAP_HOST],
    );
    const wrong = await failureOf(`/api/timeline?${RANGE}&filter=nonsense`);
    equal(wrong.status, 400);
  });

  describe('about one host', () => {
    const HOST = `${RANGE}&host=${STALE_HOST}`;

    it('answers as serve on that host would', async () => {
      const { lanes, total } = await answer<LaneAnswer>(LaneAnswer, `/api/timeline?${HOST}`);
      equal(total, 23);
      const stuck = lanes.find(({ connection_id }) => connection_id === STALE_ID);
      deepEqual([stuck?.comm, stuck?.state, stuck?.stale_name?.name], ['java', 'SYN-SENT', 'kafka.test']);
      const { lane } = await served.json<{ lane: { connection_id: number } }>(`/api/connection/${STALE_ID}?${HOST}`);
      equal(lane.connection_id, STALE_ID);
    });

    it('finds that the name had moved', async () => {
      const [worst] = await served.lines<TroubleLine>(`/api/explain?${HOST}`);
      equal(worst?.kind, 'stale name');
      const [explained] = await served.lines<{ sentences: { text: string }[] }>(`/api/explain?${HOST}&id=${STALE_ID}`);
      match(explained?.sentences.map(({ text }) => text).join(' ') ?? '', /kafka\.test resolved to 10\.4\.1\.80/);
    });

    it('names commands over the fleet, and no file of its own', async () => {
      const { command } = await served.json<{ command: string }>(`/api/ss?host=${STALE_HOST}&at=${usAt(60)}`);
      const { commands } = await served.json<{ commands: string[] }>(`/api/connection/${STALE_ID}?${HOST}`);
      deepEqual(
        commands.map((each) => each.split(' ', 3).slice(1).join(' ')),
        [`timeline ${STALE_HOST}:${STALE_ID}`, 'ss -antpi'],
      );
      match(command, /^sstory ss -antp --at \S+ -N all --fleet https:\S+ 'machine web-07'$/);
    });

    it('says that its recorder had taken no snapshot yet', async () => {
      const notes = async (path: string) =>
        (await served.json<{ notes: string[] }>(`/api/${path}`)).notes.filter((note) => note.includes('snapshot'));
      const host = `host=${GAP_HOST}`;
      for (const path of [`ss?at=${usAt(0.05)}`, `overview?from=${usAt(0.05)}&to=${usAt(50)}`]) {
        const [note = '', ...others] = await notes(`${path}&${host}`);
        match(
          note,
          /^no snapshot had been taken yet at \S+ \S+ on web-11: sockets opened before its recorder started are missing$/,
        );
        deepEqual(others, [], path);
      }
      equal((await notes(`diff?first=${usAt(0.02)}&second=${usAt(0.05)}&${host}`)).length, 2);
      for (const path of [`ss?at=${usAt(50)}&${host}`, `ss?at=${usAt(0.05)}&host=${STALE_HOST}`])
        deepEqual(await notes(path), [], path);
    });

    it('reads another range when it is asked for one, and keeps few of them', async () => {
      for (const host of [...REFUSED_HOSTS, ...CALM]) {
        const { total } = await served.json<LaneAnswer & Record<string, unknown>>(
          `/api/timeline?${RANGE}&host=${host}`,
        );
        ok(total > 0, host);
      }
      const wide = `from=${usAt(-500)}&to=${usAt(600)}&host=${STALE_HOST}`;
      equal((await served.json<LaneAnswer & Record<string, unknown>>(`/api/timeline?${wide}`)).total, 23);
      await until('old slices are deleted', () => slicesIn(directory).length <= 4);
    });

    it('is an unknown one', async () => {
      const { status, message } = await failureOf(`/api/timeline?${RANGE}&host=nowhere`);
      deepEqual([status, message], [404, 'no host of the fleet is called nowhere']);
    });
  });

  it('says what it does not have', async () => {
    deepEqual((await failureOf('/api/ss?at=now')).code, 'needs-host');
    deepEqual((await failureOf('/api/stream')).code, 'no-stream');
    deepEqual((await failureOf('/metrics')).code, 'no-metrics');
    equal((await served.get('/api/info', { anonymous: true })).status, 401);
  });

  it('reports a server that does not answer in one line, and answers again when that does', async () => {
    lab.gateway.fault = () => 'refuse';
    try {
      await until('the failure', async () => (await served.get('/api/info')).status === 503);
      const { code, message } = await failureOf('/api/info');
      equal(code, 'fleet-unreachable');
      match(message, /^https:\/\/localhost:\d+\/sstory cannot be reached: /);
    } finally {
      lab.gateway.fault = () => undefined;
    }
    equal((await served.get('/api/info')).status, 200);
  });

  it('starts without the server or with a wrong password, and says why', async () => {
    const env = { SSTORY_FLEET_PASSWORD: 'wrong' };
    const other = stage.use(await serveFleet(lab, env));
    const { status, body } = await other.get('/api/info');
    equal(status, 503);
    match(body, /wrong password, or unknown user/);
  });

  it('rejects --db beside --fleet, --metrics, and URLs with a password', async () => {
    const run = async (...words: string[]) => {
      const { exitCode, stderr } = await execa(process.execPath, [MAIN, 'serve', ...words], { reject: false });
      return [exitCode, stderr];
    };
    const url = lab.gateway.url();
    const [, both] = await run('--fleet', url, '--db', '/x.db');
    match(String(both), /--fleet and --db cannot be used together/);
    deepEqual((await run('--fleet', url, '--metrics', '127.0.0.1:0'))[0], 2);
    const [code, secret] = await run('--fleet', 'https://me:secret@localhost/sstory');
    equal(code, 2);
    match(String(secret), /a password in the URL can be read by every user/);
  });

  it('is found by sstory url --fleet, and deletes its slices when it ends', async () => {
    const own = await stage.directory();
    const one = await serveFleet(lab, { TMPDIR: own });
    const { stdout } = await execa(process.execPath, [MAIN, 'url', '--fleet', lab.gateway.url()]);
    ok(stdout.split('\n').includes(one.url), stdout);
    await one.json(`/api/timeline?${RANGE}&host=web-00`);
    equal(slicesIn(own).length, 1);
    await one[Symbol.asyncDispose]();
    deepEqual(readdirSync(own), []);
  });
});

function slicesIn(directory: string): string[] {
  return readdirSync(directory)
    .flatMap((name) => readdirSync(join(directory, name)))
    .filter((name) => name.endsWith('.db'));
}
