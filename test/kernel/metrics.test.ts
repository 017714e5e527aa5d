import { deepEqual, equal, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireBpf } from '../lab/privileges.js';
import { Recorder, sstory } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';
import { scrapedOf } from '../server/metrics/scraped.js';
import { decodeTrace } from '../view/perfetto/decoded-trace.js';

const LOCAL = '127.0.0.1';
const PORT = 9_200;
const CLOSED_PORT = 9_201;
const CONNECTED = 3;
const REFUSED = 4;

/** Other connections of the host are recorded too: the tests look at those of one process name. */
const CLIENT = 'metered';

describe('metrics and traces of real connections', () => {
  const stage = new Stage();
  let recorder: Recorder;
  let db: string;

  before(async function () {
    requireBpf(this);
    db = join(await stage.directory(), 'host.db');
    recorder = stage.use(await Recorder.start(db, '--metrics', `${LOCAL}:0`));
    const netns = await stage.netns();
    const [client, server] = [await stage.actor(CLIENT, netns), await stage.actor('server', netns)];
    const { listener } = await server.listenAt(LOCAL, PORT);
    for (let round = 0; round < CONNECTED; round++) {
      const fd = await client.socket();
      await client.connect(fd, LOCAL, PORT);
      const accepted = await server.accept(listener);
      await client.close(fd);
      await server.close(accepted.fd);
    }
    for (let round = 0; round < REFUSED; round++) {
      const fd = await client.socket();
      await client.connect(fd, LOCAL, CLOSED_PORT).catch(() => undefined);
      await client.close(fd);
    }
  });
  after(() => stage[Symbol.asyncDispose]());

  it('are counted as they happened', async () => {
    const own = async () => {
      const { stdout, exitCode, stderr } = await sstory('metrics', '--db', db, '--label', 'comm', '--label', 'port');
      equal(exitCode, 0, stderr);
      return scrapedOf(stdout);
    };
    const labels = (port: number) => `role="client",comm="${CLIENT}",port="${port}"`;
    const failures = `system_network_tcp_connection_failures_total{error_type="refused",${labels(CLOSED_PORT)}}`;
    const successes = `system_network_tcp_connection_successes_total{${labels(PORT)}}`;
    const closed = `sstory_connections_closed_total{close_reason="orderly",${labels(PORT)}}`;
    const expected = { [failures]: REFUSED, [successes]: CONNECTED, [closed]: CONNECTED };
    let found: Record<string, number> = {};
    await until(
      'all of them',
      async () => {
        const scraped = await own();
        found = Object.fromEntries([...scraped].filter(([name]) => name in expected));
        return Object.keys(expected).every((name) => found[name] === expected[name]);
      },
      () => JSON.stringify(found),
    );
  });

  it('are scraped beside the recorder', async () => {
    const url = await until('its address', () => /server of metrics is at (http:\S+)/.exec(recorder.said)?.[1]);
    const scraped = scrapedOf(await (await fetch(url)).text());
    equal(scraped.get('sstory_recorder_running'), 1);
    ok(
      (scraped.get('system_network_tcp_connection_failures_total{error_type="refused",role="client"}') ?? 0) >= REFUSED,
    );
    ok((scraped.get('system_network_tcp_handshake_duration_seconds_count{role="client"}') ?? 0) >= CONNECTED);
  });

  it('are in a trace, below their process', async () => {
    const file = `${db}.pftrace`;
    const { exitCode, stderr } = await sstory('export', '--db', db, '-o', file, 'dport', '=', `:${CLOSED_PORT}`);
    equal(exitCode, 0, stderr);
    const { slices, instants } = decodeTrace(readFileSync(file));
    const own = slices.filter(({ track }) => track[0]?.startsWith(`${CLIENT}[`));
    deepEqual([...new Set(own.map(({ name }) => name))], ['SYN-SENT']);
    deepEqual([...new Set(own.map(({ track }) => track[1]))], [`to ${LOCAL}:${CLOSED_PORT}`]);
    equal(own.length, REFUSED);
    equal(instants.filter(({ name }) => name === 'closed: refused').length, REFUSED);
  });
});
