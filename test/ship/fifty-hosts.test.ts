import { deepEqual, equal, ok } from 'node:assert/strict';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { FleetClient } from '../../src/fleet/client.js';
import { createStatements } from '../../src/fleet/tables.js';
import type { ChangedConnection } from '../../src/model/history-batch.js';
import { NO_CHANGES } from '../../src/model/history-batch.js';
import { ClickHouseTarget } from '../../src/ship/clickhouse-target.js';
import { Outbox } from '../../src/ship/outbox.js';
import { Shipper } from '../../src/ship/shipper.js';
import { StateFile } from '../../src/ship/state.js';
import { TargetError } from '../../src/ship/target.js';
import { parseWhat } from '../../src/ship/what.js';
import { openForWriting } from '../../src/store/database.js';
import { OpenGap } from '../../src/store/open-gap.js';
import { Pruner } from '../../src/store/pruner.js';
import { RunRecord } from '../../src/store/runs.js';
import { HistoryWriter } from '../../src/store/writer.js';
import { requireChdb } from '../fleet/chdb.js';
import { type Fault, Gateway } from '../fleet/gateway.js';
import { connectionOf, LAB_RUN, usAt } from '../lab/history.js';
import { Stage } from '../lab/stage.js';

const HOSTS = Number(process.env['SSTORY_HOSTS'] ?? 50);
const ROUNDS = 3;
const ENDED_A_ROUND = 30;
/** Others that are done before a late request is, at most: it may be of a round before. */
const MOST_LATE = 10 * HOSTS;
const SEED = Number(process.env['SSTORY_SEED'] ?? 1);

/** Random numbers from a seed: https://en.wikipedia.org/wiki/Linear_congruential_generator */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe(`${HOSTS} hosts that ship at once while the wire fails (seed ${SEED})`, function () {
  this.timeout(600_000);
  const stage = new Stage();
  const random = randomFrom(SEED);
  let gateway: Gateway;
  let hosts: Host[];

  before(async function () {
    requireChdb(this);
    gateway = await Gateway.start();
    for (const statement of createStatements({ days: 3_650, earlyDays: 3_650 })) await gateway.run(statement);
    const directory = await stage.directory();
    hosts = Array.from({ length: HOSTS }, (_, index) => new Host(index, directory, gateway, random));
  });
  after(async () => {
    for (const host of hosts ?? []) await host.close();
    await gateway?.close();
    await stage[Symbol.asyncDispose]();
  });

  it('has every connection once and every hole as a gap', async () => {
    let kills = 0;
    gateway.fault = ({ isInsert }): Fault | undefined => {
      const chance = random();
      if (chance < 0.04) return 'refuse';
      if (chance < 0.08) return 'cut';
      if (isInsert && chance < 0.16) return 'duplicate';
      if (isInsert && chance < 0.161 && kills++ < 3) return 'kill';
      if (chance < 0.19) return { code: 243, type: 'NOT_ENOUGH_SPACE', message: 'Cannot reserve 1.00 MiB' };
      if (isInsert && chance < 0.23) return { late: Math.floor(random() * MOST_LATE) };
      if (chance < 0.35) return 'hold';
      return undefined;
    };
    for (let round = 0; round < ROUNDS; round++) {
      for (const host of hosts) host.record();
      if (round === 1) for (const host of hosts.filter((_, index) => index % 5 === 3)) host.prune();
      await Promise.all(hosts.map((host) => host.attempt()));
    }
    gateway.fault = () => undefined;
    for (const host of hosts) await host.finish();
    await gateway.reordering.deliverLate();

    const lives = await gateway.rows<{ file: string; n: number; ids: number }>(
      'SELECT file, toUInt32(count()) AS n, toUInt32(uniqExact(connection_id)) AS ids FROM lives_v1 FINAL GROUP BY file',
    );
    const counts = await gateway.rows<{ file: string; n: number }>(
      'SELECT file, toUInt32(sum(connections)) AS n FROM counts_v1 FINAL GROUP BY file',
    );
    const lost = await gateway.rows<{ file: string; n: number }>(
      "SELECT file, toUInt32(sum(assumeNotNull(lost))) AS n FROM gaps_v1 FINAL WHERE scope = 'shipping' GROUP BY file",
    );
    const segments = await gateway.rows<{ file: string; first: number; last: number }>(
      'SELECT file, toUInt32(segment) AS first, toUInt32(last) AS last FROM segments_v1 FINAL ORDER BY file, segment',
    );
    const open = await gateway.rows<{ file: string; id: number }>(
      'SELECT file, toUInt32(connection_id) AS id FROM open_lives_v1 FINAL WHERE is_deleted = 0',
    );
    const recordedGaps = await gateway.rows<{ file: string; to_us: number }>(
      "SELECT file, to_us FROM gaps_v1 FINAL WHERE scope != 'shipping' SETTINGS output_format_json_quote_64bit_integers = 0",
    );
    const of = (rows: readonly { file: string; n: number }[], file: string) =>
      rows.find((row) => row.file === file)?.n ?? 0;
    let gapsSeen = 0;
    for (const host of hosts) {
      const whole = of(lives, host.file);
      equal(lives.find((row) => row.file === host.file)?.ids ?? 0, whole, `${host.name}: a connection twice`);
      const missing = of(lost, host.file);
      gapsSeen += missing;
      const there = whole + of(counts, host.file);
      // Rows may have arrived, and their segment not, before they were deleted: then the gap is larger than what is missing.
      if (host.wasPruned)
        ok(
          there <= host.ended && host.ended <= there + missing,
          `${host.name}: ${whole} whole, ${there} there, ${missing} missing, ${host.ended} ended`,
        );
      else deepEqual([there, missing], [host.ended, 0], `${host.name}: lives and counts`);
      let next = 1;
      for (const segment of segments.filter(({ file }) => file === host.file)) {
        ok(segment.first >= next, `${host.name}: segments overlap at ${segment.first}`);
        next = segment.last + 1;
      }
      equal(next, host.ended + 1, `${host.name}: the last segment`);
      deepEqual(
        open.filter(({ file, id }) => file === host.file && !host.isOpen(id)),
        [],
      );
    }
    ok(HOSTS < 10 || gapsSeen > 0, 'no hole was made');
    ok(
      HOSTS < 10 || (gateway.reordering.counts.late > 0 && gateway.reordering.counts.held > 0),
      'nothing was reordered',
    );
    for (const { file, name, gapToUs } of hosts) {
      const found = recordedGaps.filter((gap) => gap.file === file);
      deepEqual(found, [{ file, to_us: gapToUs }], `${name}: the gap that went on`);
    }
    ok(gateway.requests.length > HOSTS * ROUNDS);
  });
});

class Host {
  readonly name: string;
  readonly file: string;
  ended = 0;
  wasPruned = false;
  private readonly database: Database.Database;
  private readonly path: string;
  private readonly run: RunRecord;
  private readonly writer: HistoryWriter;
  private readonly open = new Set<number>();
  private nextId = 1;
  private atS = 100;
  gapToUs = 0;
  private readonly gap: OpenGap;
  private shipper: { readonly shipper: Shipper; readonly close: () => Promise<void> } | undefined;

  constructor(
    private readonly index: number,
    private readonly directory: string,
    private readonly gateway: Gateway,
    private readonly random: () => number,
  ) {
    this.name = `host-${index}`;
    this.path = join(directory, `${this.name}.db`);
    this.database = openForWriting(this.path);
    this.run = new RunRecord(this.database, { ...LAB_RUN, host: this.name, bootId: `boot-${index}` });
    this.writer = new HistoryWriter(this.database);
    this.gap = new OpenGap(this.database, {
      ...{ fromUs: usAt(this.atS), cpu: undefined, lost: undefined, reason: 'continuity', scope: 'samples' },
    });
    this.file = String(this.database.prepare('SELECT uuid FROM file').pluck().get());
  }

  isOpen(id: number): boolean {
    return this.open.has(id);
  }

  record(): void {
    const connections: ChangedConnection[] = [];
    const opened = this.nextId;
    for (let count = 0; count < ENDED_A_ROUND + 3; count++) this.open.add(this.nextId++);
    this.atS += 20;
    for (const id of this.open) {
      const isNew = id >= opened;
      const ends = this.random() < 0.7 && this.open.size > 3;
      const closeReason = this.random() < 0.3 ? ('refused' as const) : ('orderly' as const);
      const openedS = this.atS - (isNew ? 5 : 25);
      const connection = connectionOf(
        id,
        [[openedS, 'ESTAB'], ...(ends ? [[this.atS, 'UNCONN'] as const] : [])],
        ends ? { closeReason } : {},
      );
      if (!isNew && !ends) continue;
      connections.push({ connection, isNew, firstNewStep: isNew ? 0 : 1 });
      if (!ends) continue;
      this.open.delete(id);
      this.ended++;
    }
    const throughUs = usAt(this.atS);
    this.writer.write({ ...NO_CHANGES, connections, throughUs }, throughUs);
    this.gapToUs = this.gap.extend(throughUs).toUs;
    this.run.beat(throughUs);
  }

  /** Deletes all that ended before the last round, shipped or not. */
  prune(): void {
    this.wasPruned = true;
    const shipDirectory = this.stateDirectory;
    const pruner = new Pruner(this.database, { retainUs: 1e6, maxBytes: undefined, sparePages: 0, shipDirectory });
    while (!pruner.work(usAt(this.atS), 100));
  }

  /** Ships what is due, as long as nothing fails; some are killed then. */
  async attempt(): Promise<void> {
    try {
      const { shipper } = await this.running();
      while ((await shipper.sendNext()).rows > 0);
      await shipper.sendLoose();
      await shipper.audit();
    } catch (error) {
      ok(error instanceof TargetError, String(error));
      await this.kill();
    }
    if (this.random() < 0.2) await this.kill();
  }

  async finish(): Promise<void> {
    const { shipper } = await this.running();
    while ((await shipper.sendNext()).rows > 0);
    await shipper.sendLoose();
    await shipper.auditAll();
    equal(shipper.state.kept, this.ended);
  }

  async close(): Promise<void> {
    await this.kill();
    this.database.close();
  }

  private get stateDirectory(): string {
    return join(this.directory, `ship-${this.index}`);
  }

  private async running(): Promise<NonNullable<Host['shipper']>> {
    if (this.shipper !== undefined) return this.shipper;
    const outbox = new Outbox(this.path);
    const ca = Buffer.from(this.gateway.certificate.cert);
    const nowUs = () => usAt(this.atS);
    const client = FleetClient.of('--to', this.gateway.url(), { password: 'secret', ca });
    const target = new ClickHouseTarget(client, nowUs);
    const shipper = new Shipper({
      ...{ outbox, target, nowUs, name: 'there', atOnce: true },
      state: new StateFile(this.stateDirectory, 'there'),
      origin: { host: this.name, machine: `machine-${this.index}`, file: this.file },
      what: parseWhat(this.index % 2 === 0 ? 'all' : 'failures,slow'),
      say: () => undefined,
    });
    const close = async () => {
      outbox.close();
      await target.close();
    };
    this.shipper = { shipper, close };
    await shipper.begin();
    return this.shipper;
  }

  private async kill(): Promise<void> {
    await this.shipper?.close();
    this.shipper = undefined;
  }
}
