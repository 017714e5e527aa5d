import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compileToClickHouse } from '../../src/filter/clickhouse.js';
import type { Filter, FilterSubject } from '../../src/filter/expression.js';
import { matches } from '../../src/filter/matches.js';
import { mentions } from '../../src/filter/mentions.js';
import { FleetClient } from '../../src/fleet/client.js';
import type { LifeRow, OpenLifeRow } from '../../src/fleet/columns.js';
import { connectionsSql } from '../../src/fleet/connections-query.js';
import { endedLifeRow, type KnownConnection, lifeRow, openLifeRow } from '../../src/fleet/life-row.js';
import { createStatements } from '../../src/fleet/tables.js';
import { cgroupParts } from '../../src/model/cgroup.js';
import { filterText, subject } from '../filter/arbitraries.js';
import { readFilter } from '../filter/names.js';
import { Table } from '../filter/sqlite-table.js';
import { requireChdb } from './chdb.js';
import { Gateway } from './gateway.js';
import { withoutNetnsNames } from './without-netns-names.js';

/** Each is a question to ClickHouse. */
const RUNS = Math.min(2_000, Number(process.env['SSTORY_RUNS'] ?? 60));
const SUBJECTS = 200;
const MACHINES = ['web-1', 'WEB-2', 'db%1'];
/** The window of all questions: as long as the times of subjects can be. */
const WINDOW = { fromUs: 0, toUs: 1_000_000 };
const FILE = '00000000-0000-4000-8000-000000000001';

/** As rows have it: what is not known of a closed connection has a word for that, and its duration follows from its ends. */
function fitted(row: FilterSubject, index: number): FilterSubject {
  const openedUs = row.openedUs ?? 0;
  const closedUs = row.closedUs === undefined ? undefined : openedUs + row.closedUs;
  return {
    ...row,
    openedUs,
    closedUs,
    id: index,
    origin: row.origin ?? 'unknown',
    closeReason: closedUs === undefined ? undefined : (row.closeReason ?? 'unknown'),
    durationUs: Math.min(closedUs ?? WINDOW.toUs, WINDOW.toUs) - openedUs,
    machine: MACHINES[index % MACHINES.length],
  };
}

function knownOf(row: FilterSubject, index: number): KnownConnection {
  const { cgroupPath, openedUs = 0, closedUs } = row;
  const owners = (row.owners ?? []).map((owner) => ({ ...owner, fd: 3, fromUs: openedUs, toUs: undefined }));
  const interfaceIndex = row.interfaceIndex ?? null;
  return {
    run: 1,
    connection: {
      ...{ id: index, netns: row.netns ?? 0, tuple: row.tuple, state: row.state, openedUs, closedUs },
      ...{ openedNotBeforeUs: undefined, openedSource: 'probe', closedNotBeforeUs: undefined, closedSource: 'probe' },
      ...{ origin: row.origin ?? 'unknown', closeReason: row.closeReason, uid: row.uid },
      ...{ pid: undefined, tid: undefined, comm: undefined, fd: undefined, inode: undefined, cookie: undefined },
      ...{ cgroup: undefined, bytesSent: undefined, bytesReceived: undefined, retransmits: 0, rttUs: undefined },
      steps: [{ atUs: openedUs, notBeforeUs: undefined, oldState: 'UNCONN', newState: row.state, source: 'probe' }],
    },
    place: {
      netnsName: undefined,
      cgroup: cgroupPath === undefined ? undefined : { id: 1, path: cgroupPath, ...cgroupParts(cgroupPath) },
    },
    owners,
    sample: {
      ...{ at_us: 0, recv_q: 0, send_q: 0, timer: 'off', timer_ms: 0, retrans: 0, v6only: null },
      ...{ if_index: interfaceIndex, device: interfaceIndex === 1 ? 'lo' : null, fwmark: row.mark ?? null },
    } as unknown as NonNullable<KnownConnection['sample']>,
    remoteNames: row.names ?? [],
  };
}

const ofMachines = fc
  .tuple(fc.constantFrom('', '=', '!='), fc.constantFrom('web-1', 'Web-2', 'web-*', 'db%1', 'db_1', '*', 'x', '*1'))
  .map((parts) => `machine ${parts.join(' ')}`);
const text = fc.oneof(
  filterText,
  fc
    .tuple(filterText, ofMachines)
    .map(([filter, machine]) =>
      /^(?:(?:state|exclude) \S+ ?)*$/.test(filter) ? `${filter} ${machine}` : `${filter} and ${machine}`,
    ),
);

describe('a filter compiled for ClickHouse', () => {
  let gateway: Gateway;
  let fleet: FleetClient;
  const subjects = fc.sample(subject, { numRuns: SUBJECTS, seed: 7 }).map(fitted);

  before(async function () {
    this.timeout(60_000);
    requireChdb(this);
    gateway = await Gateway.start();
    fleet = FleetClient.of('--fleet', gateway.url(), { password: 'secret', ca: gateway.certificate.cert });
    for (const statement of createStatements({ days: 49_000, earlyDays: 49_000 })) await fleet.command(statement);
    await insert();
  });
  after(async () => {
    await fleet?.close();
    await gateway?.close();
  });

  /** Closed ones twice, and some of them as open before: that is how they come over a bad network. */
  async function insert(): Promise<void> {
    const lives: LifeRow[] = [];
    const open: OpenLifeRow[] = [];
    for (const [index, row] of subjects.entries()) {
      const known = knownOf(row, index);
      const host = { host: row.machine ?? '', machine: `machine-${row.machine}`, file: FILE, boot: 'boot' };
      const life = lifeRow(known, host, 1);
      if (life !== undefined) lives.push(life);
      if (life === undefined || index % 2 === 0) open.push(openLifeRow(known, host, 1, 1));
      // These live for less than the 10 s after which a connection is sent as open: their ends are not looked for in `lives`.
      if (life !== undefined && index % 2 === 0) open.push(endedLifeRow(known, host, 1, 2));
    }
    await fleet.insert('lives', lives);
    await fleet.insert('lives', lives);
    await fleet.insert('open_lives', open);
  }

  async function idsOf(filter: Filter): Promise<number[]> {
    const condition = compileToClickHouse(withoutNetnsNames(filter), { during: WINDOW, state: 'step_into[-1]' });
    const sql = connectionsSql({ condition, select: 'connection_id AS id', tail: 'ORDER BY id' });
    const rows = await fleet.rows<{ id: number }>({ sql, params: { ...condition.params, ...WINDOW } });
    return rows.map(({ id }) => id);
  }

  it('lets the same rows pass as matches and as SQLite do', async function () {
    this.timeout(RUNS * 200 + 60_000);
    const table = new Table(subjects);
    await fc.assert(
      fc.asyncProperty(text, async (words) => {
        const filter = await readFilter(words);
        const expected = subjects.flatMap((row, id) => (matches(filter, row) ? [id] : []));
        assert.deepEqual(await idsOf(filter), expected);
        if (!mentions(filter.expression, ['machine'])) assert.deepEqual(table.ids(filter), expected);
      }),
      { numRuns: RUNS },
    );
  });

  it('of the greatest size accepted is answered', async () => {
    const conditions = Array.from({ length: 500 }, (_, i) => `dst 10.0.0.${i % 256}:${i}`);
    const alternating = conditions.map((text, i) => (i === 0 ? text : `${i % 2 ? 'or' : 'and'} ${text}`)).join(' ');
    assert.deepEqual(await idsOf(await readFilter(alternating)), []);
    const nested = await readFilter(`${'not ( '.repeat(49)}dst 10.0.0.1${' )'.repeat(49)}`);
    assert.equal((await idsOf(nested)).length, subjects.filter((row) => matches(nested, row)).length);
  });

  it('takes no part of its text from the filter', async () => {
    const { sql, params } = compileToClickHouse(await readFilter("comm x';-- dst 10.0.0.0/8:80 machine a'b"), {
      during: undefined,
    });
    assert.doesNotMatch(sql, /x'|10\.0|80|a'b/);
    assert.deepEqual(new Set(Object.values(params)), new Set(["x';--", '::ffff:10.0.0.0', 80, "a'b"]));
  });
});
