import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict';
import { FleetClient } from '../../src/fleet/client.js';
import { createStatements } from '../../src/fleet/tables.js';
import { ClickHouseTarget } from '../../src/ship/clickhouse-target.js';
import { TargetError } from '../../src/ship/target.js';
import { requireChdb } from '../fleet/chdb.js';
import { Gateway } from '../fleet/gateway.js';
import { usAt } from '../lab/history.js';
import { segmentOf, sentOf } from './made-segments.js';

const ORIGIN = { host: 'lab', machine: 'm', file: 'f' };

describe('the ClickHouse of a fleet', function () {
  this.timeout(120_000);
  let gateway: Gateway;
  let target: ClickHouseTarget;
  before(async function () {
    requireChdb(this);
    gateway = await Gateway.start();
    for (const statement of createStatements({ days: 3_650 })) await gateway.run(statement);
  });
  after(() => gateway?.close());
  beforeEach(async () => {
    gateway.fault = () => undefined;
    target = targetWith('secret');
    await target.connect();
    for (const table of ['lives', 'segments', 'hosts']) await gateway.run(`TRUNCATE TABLE ${table}_v1`);
  });
  afterEach(() => target.close());

  function targetWith(password: string): ClickHouseTarget {
    const ca = Buffer.from(gateway.certificate.cert);
    return new ClickHouseTarget(FleetClient.of('--to', gateway.url(), { password, ca }), () => Date.now() * 1_000);
  }

  const count = async (table: string) =>
    (await gateway.rows<{ n: number }>(`SELECT toUInt32(count()) AS n FROM ${table} FINAL`))[0]?.n;

  it('takes segments, and finds them', async () => {
    const segment = segmentOf(7, [usAt(0), usAt(1), usAt(86_400)]);
    const sent = sentOf(segment, await target.send(ORIGIN, segment));
    equal(await count('lives_v1'), 3);
    equal(await target.lastSeq(ORIGIN), 9);
    equal(await target.lastSeq({ ...ORIGIN, file: 'other' }), 0);
    deepEqual(await target.find(ORIGIN, [sent, { ...sent, first: 100 }]), [true, false]);
    await gateway.run('ALTER TABLE lives_v1 DELETE WHERE connection_id = 8 SETTINGS mutations_sync = 2');
    deepEqual(await target.find(ORIGIN, [sent]), [false]);
  });

  it('asks the server to wait until the rows are written, and gives every insert a token', async () => {
    gateway.requests.length = 0;
    await target.send(ORIGIN, segmentOf(1, [usAt(0)]));
    const inserts = gateway.requests.filter(({ isInsert }) => isInsert);
    deepEqual(
      inserts.map(({ sql, token }) => [/INTO (\w+)/.exec(sql)?.[1], token]),
      [
        ['lives_v1', 'm/f/b/1-1'],
        ['segments_v1', 'm/f/b/1-1'],
      ],
    );
    for (const { settings } of inserts) {
      equal(settings.get('async_insert'), '1');
      equal(settings.get('wait_for_async_insert'), '1');
    }
  });

  for (const fault of ['refuse', 'cut', 'kill'] as const) {
    it(`reports what passes when a request meets: ${fault}; sent again, each row is there once`, async () => {
      let left = 1;
      gateway.fault = ({ isInsert }) => (isInsert && left-- > 0 ? fault : undefined);
      const segment = segmentOf(1, [usAt(0), usAt(1)]);
      await rejects(target.send(ORIGIN, segment), TargetError);
      await target.send(ORIGIN, segment);
      equal(await count('lives_v1'), 2);
      deepEqual(await target.find(ORIGIN, [sentOf(segment, 0)]), [true]);
    });
  }

  it('reports a server without room as what passes, in one line', async () => {
    gateway.fault = () => ({
      code: 243,
      type: 'NOT_ENOUGH_SPACE',
      message: 'Cannot reserve 1.00 MiB, not enough space',
    });
    await rejects(target.send(ORIGIN, segmentOf(1, [usAt(0)])), (error: Error) => {
      ok(error instanceof TargetError);
      match(error.message, /^https:\/\/localhost:\d+\/sstory: .*not enough space.*\(NOT_ENOUGH_SPACE\)$/);
      return true;
    });
  });

  it('does not take a wrong password for what passes', async () => {
    const other = targetWith('wrong');
    await rejects(other.connect(), { code: 'fleet-refused' });
    await other.close();
  });

  it('measures the clock of the server', () => {
    ok(target.clock !== undefined && Math.abs(target.clock.offsetUs) <= target.clock.errorUs + 2_000);
  });
});
