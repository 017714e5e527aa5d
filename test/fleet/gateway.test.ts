import { deepEqual, equal, rejects } from 'node:assert/strict';
import { FleetClient } from '../../src/fleet/client.js';
import { createStatements } from '../../src/fleet/tables.js';
import { requireChdb } from './chdb.js';
import { Gateway } from './gateway.js';

const GAP = {
  ...{ schema: 1, host: 'web-1', machine: 'm', file: '00000000-0000-4000-8000-000000000001', boot: 'b', segment: 0 },
  ...{ gap_id: 1, from_us: 1_795_000_000_000_000, cpu: null, lost: null, reason: 'tracer', scope: 'transitions' },
};

describe('requests that a network reorders', () => {
  let gateway: Gateway;
  let fleet: FleetClient;
  before(async function () {
    this.timeout(60_000);
    requireChdb(this);
    gateway = await Gateway.start();
    fleet = FleetClient.of('--fleet', gateway.url(), { password: 'secret', ca: gateway.certificate.cert });
    for (const statement of createStatements({ days: 3_650 })) await fleet.command(statement);
  });
  after(async () => {
    await fleet?.close();
    await gateway?.close();
  });
  afterEach(() => {
    gateway.fault = () => undefined;
  });

  const gapOf = (seconds: number) => ({ ...GAP, to_us: GAP.from_us + seconds * 1_000_000 });
  const ends = async () =>
    (await gateway.rows<{ s: number }>('SELECT toUInt32((to_us - from_us) / 1000000) AS s FROM gaps FINAL')).map(
      ({ s }) => s,
    );

  it('do not make a gap shorter that has gone on', async () => {
    gateway.fault = () => ({ late: 1_000 });
    await rejects(fleet.insert('gaps', [gapOf(10)]), { code: 'fleet-unreachable' });
    gateway.fault = () => undefined;
    await fleet.insert('gaps', [gapOf(20)]);
    deepEqual(await ends(), [20]);
    await gateway.reordering.deliverLate();
    equal(gateway.reordering.counts.late, 1);
    deepEqual(await ends(), [20]);
    await gateway.run('OPTIMIZE TABLE gaps_v1 FINAL');
    deepEqual(await ends(), [20]);
    // Its rows are in the parts of two days then.
    await fleet.insert('gaps', [gapOf(100_000)]);
    await fleet.insert('gaps', [gapOf(15)]);
    deepEqual(await ends(), [100_000]);
  });

  it('are answered when a later one has been', async () => {
    const order: string[] = [];
    let resolve = () => {};
    const promise = new Promise<void>((done) => {
      resolve = done;
    });
    gateway.fault = ({ sql }) => (sql.includes("'first'") ? promise : sql.includes("'held'") ? 'hold' : undefined);
    const ask = async (name: string) => {
      await fleet.rows({ sql: `SELECT '${name}'` });
      order.push(name);
    };
    const isThere = (name: string) => gateway.requests.some(({ sql }) => sql.includes(`'${name}'`));
    const all = [ask('first')];
    while (!isThere('first')) await new Promise((done) => setImmediate(done));
    all.push(ask('held'));
    while (!isThere('held')) await new Promise((done) => setImmediate(done));
    await ask('later');
    resolve();
    await Promise.all(all);
    equal(order[0], 'later');
    equal(gateway.reordering.counts.held >= 1, true);
  });
});
