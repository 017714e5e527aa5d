/** What ClickHouse reads for each kind of question: the granules of its day and life classes, whatever else is in the tables. */
import { equal, ok } from 'node:assert/strict';
import { compileToClickHouse } from '../../../src/filter/clickhouse.js';
import type { Filter } from '../../../src/filter/expression.js';
import { basisOf } from '../../../src/fleet/basis.js';
import { fleetLog } from '../../../src/fleet/log-entries.js';
import { fleetRanking } from '../../../src/fleet/ranking/ranking.js';
import { fleetSocketsAt } from '../../../src/fleet/sockets-at.js';
import { fleetSummaryAt } from '../../../src/fleet/summary-at.js';
import { readFilter } from '../../filter/names.js';
import { requireChdb } from '../../fleet/chdb.js';
import { FleetLab } from './fleet-lab.js';

const DAY_US = 86_400_000_000;
const HOUR_US = 3_600_000_000;
const DAYS = 4;
const ROWS = 1_000_000;
/** In each of the other tables: a row for so many of them. */
const SPARSE = 5;
const BEGIN_US = Math.floor(1_795_000_000_000_000 / DAY_US) * DAY_US;
/** In the third day. */
const AT_US = BEGIN_US + 2.5 * DAY_US;
/** How long connections live here: of as many classes. */
const LIVES_US = [1_000, 900_000, 60_000_000];
/** Of the table `lives`: a part a day, of which a granule has 8,192 rows. */
const GRANULES = (DAYS * Math.ceil(ROWS / DAYS)) / 8_192;
const SPARSE_GRANULES = GRANULES / SPARSE;
/** Of each class the rows around the time, and in each later day those between two classes. */
const FEW = 2 * LIVES_US.length + (LIVES_US.length + 1);

const EVERY = `toInt64(number) * ${(DAYS * DAY_US) / ROWS}`;
const ORIGIN = 'schema, host, machine, file, boot, segment';
const ORIGIN_VALUES = "1, concat('web-', toString(number % 50)), concat('m-', toString(number % 50)), 'f', 'b', number";
const FILLED = [
  `INSERT INTO lives_v1 (${ORIGIN}, connection_id, family, remote_addr, remote_port, opened_us, closed_us, life_class, states,
     step_us, step_from, step_into, step_source, step_earlier_us, close_reason, origin)
   SELECT ${ORIGIN_VALUES}, number, 4, toIPv6('::ffff:10.0.0.2'), 9200, ${BEGIN_US} + ${EVERY} AS opened_us,
     opened_us + ([${LIVES_US.join(', ')}][number % 3 + 1] AS life) AS closed_us, toUInt8(floor(log2(life) / 2) + 1),
     4, [0, life], ['UNCONN', 'SYN-SENT'], ['SYN-SENT', 'UNCONN'], ['probe', 'probe'], [NULL, NULL], 'refused', 'connect'
   FROM numbers(${ROWS})`,
  `INSERT INTO counts_v1 (${ORIGIN}, minute_us, origin, connections)
   SELECT ${ORIGIN_VALUES}, intDiv(${BEGIN_US} + ${SPARSE} * ${EVERY}, 60000000) * 60000000, 'connect', 1 FROM numbers(${ROWS / SPARSE})`,
  `INSERT INTO gaps_v1 (${ORIGIN}, gap_id, from_us, to_us, reason, scope)
   SELECT ${ORIGIN_VALUES}, number, ${BEGIN_US} + ${SPARSE} * ${EVERY}, ${BEGIN_US} + ${SPARSE} * ${EVERY} + 1000, 'tracer', 'transitions' FROM numbers(${ROWS / SPARSE})`,
  `INSERT INTO segments_v1 (${ORIGIN}, last, from_us, to_us)
   SELECT ${ORIGIN_VALUES}, number, ${BEGIN_US} + ${SPARSE} * ${EVERY}, ${BEGIN_US} + ${SPARSE} * ${EVERY} + 1000 FROM numbers(${ROWS / SPARSE})`,
];

interface Read {
  readonly table: string;
  readonly parts: number;
  readonly granules: number;
}

describe('what is read for a question to a fleet', function () {
  this.timeout(120_000);
  let lab: FleetLab;
  before(async function () {
    requireChdb(this);
    lab = await FleetLab.start();
    for (const sql of FILLED) await lab.gateway.run(sql);
    const [lives] = await lab.gateway.rows<{ parts: number }>(
      "SELECT toUInt32(uniqExact(partition)) AS parts FROM system.parts WHERE active AND database = 'sstory' AND table = 'lives_v1'",
    );
    ok((lives?.parts ?? 0) >= DAYS);
  });
  after(() => lab?.close());

  /** Asks, and lets the server explain each statement that was sent for it. */
  async function readsOf(ask: () => Promise<unknown>): Promise<Read[]> {
    const { requests } = lab.gateway;
    const before = requests.length;
    await ask();
    const reads: Read[] = [];
    for (const { sql, settings } of requests.slice(before)) {
      const params = [...settings].flatMap(([name, value]) =>
        name.startsWith('param_') ? [[name.slice('param_'.length), value] as const] : [],
      );
      const lines = await lab.client.rows<{ explain: string }>({
        sql: `EXPLAIN indexes = 1 ${sql.replace(/\s*FORMAT \w+\s*$/, '')}`,
        params: Object.fromEntries(params),
      });
      const text = lines.map(({ explain }) => explain).join('\n');
      for (const [, table = '', parts, granules] of text.matchAll(
        /ReadFromMergeTree \(sstory\.(\w+)_v1\)[\s\S]*?Parts: (\d+) \| Granules: (\d+)/g,
      ))
        reads.push({ table, parts: Number(parts), granules: Number(granules) });
    }
    return reads;
  }

  function assertFew(reads: readonly Read[], table: string, most: { parts: number; granules: number }): void {
    const of = reads.filter((read) => read.table === table);
    ok(of.length > 0, `${table} is not read`);
    for (const { parts, granules } of of) {
      ok(parts <= most.parts, `${table}: ${parts} parts`);
      ok(granules <= most.granules, `${table}: ${granules} granules of ${GRANULES}`);
    }
  }

  const NOTHING: Filter = { states: undefined, family: undefined, expression: undefined };
  const consume = async (rows: AsyncIterable<unknown>) => {
    let count = 0;
    for await (const _ of rows) count++;
    return count;
  };
  const moment = { fromUs: AT_US, toUs: AT_US };
  const socketsAt = async (filter: Filter) => {
    const basis = { window: moment, hosts: [], counted: 0 };
    const states = new Set(['SYN-SENT'] as const);
    return consume(fleetSocketsAt(lab.client, AT_US, basis, { filter, states, initialNetns: false }));
  };
  /** The day, and the days after it: what was open then may have ended in any of them. */
  const LATER = DAYS - 2;

  it('ss --at: around the time, in each class', async () => {
    let found = 0;
    const reads = await readsOf(async () => {
      found = await socketsAt(NOTHING);
    });
    equal(found > 0, true);
    assertFew(reads, 'lives', { parts: LATER, granules: FEW });
  });

  it('ss --at with an address that no connection has: nothing', async () => {
    const filter = await readFilter('dst 192.0.2.1');
    const reads = await readsOf(() => socketsAt(filter));
    const [first] = reads.filter(({ table }) => table === 'lives');
    equal(first?.granules, 0);
  });

  it('ss -s --at: around the time, in each class', async () => {
    const reads = await readsOf(() => fleetSummaryAt(lab.client, AT_US, { initialNetns: false }));
    assertFew(reads, 'lives', { parts: LATER, granules: FEW });
  });

  const hour = { fromUs: AT_US - HOUR_US, toUs: AT_US };
  const condition = compileToClickHouse(NOTHING, { during: hour });

  it('log: the hour', async () => {
    const log = { window: hour, condition, states: undefined, seen: () => undefined };
    const reads = await readsOf(() => consume(fleetLog(lab.client, log)));
    assertFew(reads, 'lives', { parts: LATER, granules: FEW + LIVES_US.length });
    assertFew(reads, 'gaps', { parts: LATER, granules: 3 });
  });

  it('top: the hour, and its counted connections', async () => {
    const ranking = { kind: 'process', order: 'connects', most: 20, filter: NOTHING } as const;
    const reads = await readsOf(() =>
      fleetRanking(lab.client, { ...ranking, window: hour, condition, states: undefined }),
    );
    assertFew(reads, 'lives', { parts: LATER, granules: FEW + LIVES_US.length });
    assertFew(reads, 'counts', { parts: 1, granules: 3 });
    // Of the day before and the day after.
    assertFew(reads, 'segments', { parts: 3, granules: (2.2 * SPARSE_GRANULES) / DAYS + 2 });
  });

  it('what an answer rests on: counted connections of the time, gaps and segments around it', async () => {
    const reads = await readsOf(() => basisOf(lab.client, moment));
    assertFew(reads, 'counts', { parts: 1, granules: 2 });
    assertFew(reads, 'segments', { parts: DAYS, granules: (2.5 * SPARSE_GRANULES) / DAYS + 2 });
  });
});
