/** What the fleet answers is what its hosts answer, all together: the same filters and moments, asked in SQLite and in ClickHouse. */
import { deepEqual, equal } from 'node:assert/strict';
import type Database from 'better-sqlite3';
import fc from 'fast-check';
import { compileToClickHouse } from '../../../src/filter/clickhouse.js';
import type { Expression, Filter } from '../../../src/filter/expression.js';
import { parseFilter } from '../../../src/filter/parse.js';
import { resolveNames } from '../../../src/filter/resolve.js';
import { DEFAULT_STATES } from '../../../src/filter/state-names.js';
import { type Basis, basisOf } from '../../../src/fleet/basis.js';
import { fleetLog } from '../../../src/fleet/log-entries.js';
import { fleetRanking } from '../../../src/fleet/ranking/ranking.js';
import { fleetSocketsAt } from '../../../src/fleet/sockets-at.js';
import type { Connection } from '../../../src/model/connection.js';
import type { Interval } from '../../../src/model/interval.js';
import type { Step } from '../../../src/model/step.js';
import { ORIGINS } from '../../../src/model/stored-codes.js';
import type { TcpState } from '../../../src/model/tcp-state.js';
import { everIn, historyFilter } from '../../../src/query/history-filter.js';
import { type SocketAt, socketsAt } from '../../../src/query/point-in-time.js';
import type { GroupKind } from '../../../src/query/ranking/group-key.js';
import type { RankedGroup } from '../../../src/query/ranking/group-total.js';
import { rankedGroups } from '../../../src/query/ranking/ranking.js';
import { logBetween } from '../../../src/query/transition-log.js';
import { openForReading } from '../../../src/store/database.js';
import { filterText } from '../../filter/arbitraries.js';
import { NAMES } from '../../filter/names.js';
import { requireChdb } from '../../fleet/chdb.js';
import { withoutNetnsNames } from '../../fleet/without-netns-names.js';
import { connectionOf, type Entered, sampleOf, usAt, type Written } from '../../lab/history.js';
import { Stage } from '../../lab/stage.js';
import { FleetLab } from './fleet-lab.js';

const HOSTS = 50;
const CONNECTIONS = 16;
/** Each is a question to ClickHouse and one to each host: for ss, log and top. */
const RUNS = Math.min(4_000, Number(process.env['SSTORY_RUNS'] ?? 200));
const SPAN_S = 100;

const ADDRESSES = ['10.0.0.1', '10.0.0.2', '10.9.8.7', '127.0.0.1'] as const;
const LATER: readonly TcpState[] = ['SYN-SENT', 'ESTAB', 'CLOSE-WAIT', 'FIN-WAIT-2', 'TIME-WAIT', 'SYN-RECV'];

/** A life: some steps within the span, most of them ended, some inferred. */
const life = fc.record({
  beginS: fc.integer({ min: 0, max: SPAN_S - 20 }),
  lengths: fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 4 }),
  states: fc.array(fc.constantFrom(...LATER), { minLength: 4, maxLength: 4 }),
  ends: fc.boolean(),
  inferred: fc.boolean(),
  isV6: fc.boolean(),
  addresses: fc.tuple(fc.constantFrom(...ADDRESSES), fc.constantFrom(...ADDRESSES)),
  ports: fc.tuple(fc.constantFrom(22, 80, 443, 40_000), fc.constantFrom(22, 80, 443, 65_535)),
  comm: fc.option(fc.constantFrom('nginx', 'ssh'), { nil: undefined }),
  pid: fc.nat(3),
  uid: fc.constantFrom(0, 1000, undefined),
  netns: fc.constantFrom(7, 8),
  origin: fc.constantFrom(...ORIGINS),
  reason: fc.constantFrom('orderly', 'refused', 'reset by peer', 'timed out'),
  ifIndex: fc.constantFrom(undefined, 0, 2),
  mark: fc.constantFrom(undefined, 0x17, 0xffff_ffff),
});
type Life = typeof life extends fc.Arbitrary<infer L> ? L : never;

function connectionOfLife(id: number, of: Life): Connection {
  const entered: Entered[] = [];
  let atS = of.beginS;
  for (const [index, length] of of.lengths.entries()) {
    const state = of.states[index] ?? 'ESTAB';
    entered.push(of.inferred && index === 1 ? [atS, state, 'snapshot', atS - 2] : [atS, state]);
    atS += length + 0.25;
  }
  if (of.ends) entered.push([atS, 'UNCONN']);
  const mapped = (address: string) => (of.isV6 ? `::ffff:${address}` : address);
  return connectionOf(id, entered, {
    netns: of.netns,
    tuple: {
      family: of.isV6 ? 6 : 4,
      localAddr: mapped(of.addresses[0]),
      localPort: of.ports[0],
      remoteAddr: mapped(of.addresses[1]),
      remotePort: of.ports[1],
    },
    origin: of.origin,
    closeReason: of.ends ? of.reason : undefined,
    comm: of.comm,
    pid: of.comm === undefined ? undefined : of.pid,
    tid: of.comm === undefined ? undefined : of.pid,
    fd: of.comm === undefined ? undefined : 3,
    uid: of.uid,
    cookie: id * 7,
  } as Partial<Connection>);
}

interface Host {
  readonly host: string;
  readonly database: Database.Database;
}

describe(`the answers of a fleet of ${HOSTS} hosts`, () => {
  const stage = new Stage();
  const hosts: Host[] = [];
  let lab: FleetLab;
  let basis: Basis;

  before(async function () {
    this.timeout(300_000);
    requireChdb(this);
    lab = await FleetLab.start();
    const directory = await stage.directory();
    for (let index = 0; index < HOSTS; index++) {
      const host = `web-${index}`;
      const path = await lab.host(
        host,
        directory,
        historyOf(fc.sample(life, { numRuns: CONNECTIONS, seed: index + 1 })),
      );
      hosts.push({ host, database: openForReading(path) });
    }
    basis = await basisOf(lab.client, { fromUs: usAt(40), toUs: usAt(40) });
    deepEqual(new Set(basis.hosts.map(({ standing }) => standing)), new Set(['complete']));
    equal(basis.hosts.length, HOSTS);
  });
  after(async () => {
    for (const { database } of hosts) database.close();
    await lab?.close();
    await stage[Symbol.asyncDispose]();
  });

  it('have the sockets that each host has, for any filter and time', async function () {
    this.timeout(RUNS * 2_000 + 60_000);
    const moment = fc.integer({ min: 1_000_000, max: (SPAN_S - 12) * 1_000_000 }).map((us) => usAt(0) + us);
    await fc.assert(
      fc.asyncProperty(filterText, moment, async (words, us) => {
        deepEqual(await fleetAnswer(words, us), await hostsAnswer(words, us));
      }),
      { numRuns: 0.6 * RUNS },
    );
  });

  it('have the transitions that each host has, for any filter and window', async function () {
    this.timeout(RUNS * 2_000 + 60_000);
    const second = fc.integer({ min: 0, max: SPAN_S - 12 });
    await fc.assert(
      fc.asyncProperty(filterText, second, second, async (words, one, other) => {
        const window = { fromUs: usAt(Math.min(one, other)), toUs: usAt(Math.max(one, other)) };
        deepEqual(await fleetChanges(words, window), await hostsChanges(words, window));
      }),
      { numRuns: 0.25 * RUNS },
    );
  });

  it('rank what each host ranks, for any filter and window', async function () {
    this.timeout(RUNS * 2_000 + 60_000);
    const second = fc.integer({ min: 0, max: SPAN_S - 12 });
    const kind = fc.constantFrom(...(['process', 'peer', 'port', 'netns'] as const));
    const which = fc.nat(HOSTS - 1);
    await fc.assert(
      fc.asyncProperty(filterText, second, second, kind, which, async (words, one, other, by, index) => {
        const window = { fromUs: usAt(Math.min(one, other)), toUs: usAt(Math.max(one, other)) };
        const all = await fleetGroups(words, window, by, undefined);
        deepEqual(all, await hostsGroups(words, window, by, hosts));
        // Percentiles cannot be added up: those of one host alone.
        const [host] = hosts.slice(index, index + 1);
        if (host === undefined) return;
        deepEqual(await fleetGroups(words, window, by, host.host), await hostsGroups(words, window, by, [host]));
      }),
      { numRuns: 0.15 * RUNS },
    );
  });

  async function fleetGroups(words: string, window: Interval, kind: GroupKind, machine: string | undefined) {
    const filter = withoutNetnsNames(await resolveNames(parseFilter(words), NAMES));
    const { states, expression } = filter;
    const only: Expression[] = machine === undefined ? [] : [{ kind: 'machine', comparison: 'eq', pattern: machine }];
    const chosen: Filter = {
      ...{ ...filter, states: undefined },
      expression: only.length === 0 ? expression : { kind: 'and', of: [...only, ...(expression ? [expression] : [])] },
    };
    const condition = compileToClickHouse(chosen, { during: window });
    const query = { window, condition, states, filter: chosen, kind, order: 'connects', most: undefined } as const;
    const { groups, total } = await fleetRanking(lab.client, query);
    equal(groups.length, total);
    return groups
      .map((group) => groupText(group, kind === 'netns' ? group.inFleet?.host : undefined, machine !== undefined))
      .sort();
  }

  async function hostsGroups(words: string, window: Interval, kind: GroupKind, of: readonly Host[]) {
    const sums = new Map<string, RankedGroup>();
    const texts = [words].filter((text) => text !== '');
    for (const { host, database } of of) {
      const condition = everIn(await historyFilter(database, texts, NAMES, { during: window }));
      for (const group of rankedGroups(database, window, condition, kind)) {
        const key = JSON.stringify([group.key ?? null, kind === 'netns' ? host : null]);
        sums.set(key, sumOf(sums.get(key), group));
      }
    }
    return [...sums].map(([key, group]) => groupText(group, JSON.parse(key)[1] ?? undefined, of.length === 1)).sort();
  }

  async function fleetChanges(words: string, window: Interval): Promise<string[]> {
    const filter = withoutNetnsNames(await resolveNames(parseFilter(words), NAMES));
    const condition = compileToClickHouse({ ...filter, states: undefined }, { during: window });
    const changes: string[] = [];
    let lastUs = 0;
    const log = fleetLog(lab.client, { window, condition, states: filter.states, seen: () => undefined });
    for await (const { machine, entry } of log) {
      equal(entry.atUs >= lastUs, true);
      lastUs = entry.atUs;
      if (entry.kind === 'transition') changes.push(changeOf(machine.host, entry.connection.id, entry.step));
    }
    return changes.sort();
  }

  async function hostsChanges(words: string, window: Interval): Promise<string[]> {
    const changes: string[] = [];
    for (const { host, database } of hosts) {
      const texts = [words].filter((text) => text !== '');
      const condition = everIn(await historyFilter(database, texts, NAMES, { during: window }));
      for (const entry of logBetween(database, window.fromUs, window.toUs, condition))
        if (entry.kind === 'transition') changes.push(changeOf(host, entry.connection.id, entry.step));
    }
    return changes.sort();
  }

  it('are more than none', async () => {
    equal((await fleetAnswer('state all', usAt(40))).length > HOSTS, true);
  });

  async function fleetAnswer(words: string, us: number): Promise<string[]> {
    const filter = withoutNetnsNames(await resolveNames(parseFilter(words), NAMES));
    const answer: string[] = [];
    const moment = { filter, states: filter.states ?? DEFAULT_STATES, initialNetns: false };
    for await (const { machine, socket } of fleetSocketsAt(lab.client, us, basis, moment))
      answer.push(textOf(machine.host, socket));
    return answer.sort();
  }

  async function hostsAnswer(words: string, us: number): Promise<string[]> {
    const answer: string[] = [];
    for (const { host, database } of hosts) {
      const filter = await historyFilter(
        database,
        [words].filter((text) => text !== ''),
        NAMES,
        {
          during: { fromUs: us, toUs: us },
        },
      );
      const states = filter?.states ?? DEFAULT_STATES;
      const options = { states, details: true, ...(filter === undefined ? {} : { condition: filter.condition }) };
      answer.push(...socketsAt(database, us, options).map((socket) => textOf(host, socket)));
    }
    return answer.sort();
  }
});

function historyOf(lives: readonly Life[]): Written {
  const connections = lives.map((each, index) => connectionOfLife(index + 1, each));
  return {
    connections,
    endS: SPAN_S,
    samples: lives.map((each, index) =>
      sampleOf(index + 1, connections[index]?.openedUs ?? 0, {
        ifIndex: each.ifIndex,
        fwmark: each.mark,
        recvQ: index,
      }),
    ),
    owners: lives.flatMap((each, index) => {
      const openedUs = connections[index]?.openedUs ?? 0;
      const other = {
        connectionId: index + 1,
        pid: 9,
        fd: 4,
        comm: 'ssh',
        fromUs: openedUs + 500_000,
        toUs: openedUs + 3_000_000,
      };
      return each.pid === 1 ? [other] : [];
    }),
  };
}

/** What can be added up. */
function sumOf(one: RankedGroup | undefined, other: RankedGroup): RankedGroup {
  if (one === undefined) return other;
  const failures = new Map(one.failures);
  for (const [reason, count] of other.failures) failures.set(reason, (failures.get(reason) ?? 0) + count);
  const [a, b] = [one.connectTime?.count ?? 0, other.connectTime?.count ?? 0];
  return {
    ...one,
    connects: one.connects + other.connects,
    accepts: one.accepts + other.accepts,
    failed: one.failed + other.failed,
    failures,
    open: one.open + other.open,
    connectTime: a + b === 0 ? undefined : { count: a + b, medianUs: 0, p95Us: 0 },
  };
}

/** Payload is not compared: of a connection that reaches beyond the window a host has samples. */
function groupText(group: RankedGroup, host: string | undefined, withTimes: boolean): string {
  const { key, connects, accepts, failed, failures, open, connectTime } = group;
  const times = withTimes ? (connectTime ?? null) : (connectTime?.count ?? 0);
  const reasons = [...failures].sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([key ?? null, host ?? null, connects, accepts, failed, reasons, open, times]);
}

function changeOf(host: string, id: number, step: Step): string {
  return JSON.stringify([host, id, step]);
}

/** Everything that both know of a socket. */
function textOf(
  host: string,
  { connection, state, since, ageUs, source, uncertain, owners, sample }: SocketAt,
): string {
  const { row } = sample ?? {};
  const { steps, ...rest } = connection;
  const shown = { ...rest, packed: undefined, steps };
  const seen = row && [row.at_us, row.recv_q, row.send_q, row.timer, row.if_index, row.fwmark];
  return JSON.stringify([host, shown, state, since, ageUs, source, uncertain, owners, seen]);
}
