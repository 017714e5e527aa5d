import { deepEqual, equal, ok } from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import fc from 'fast-check';
import type { Connection } from '../../src/model/connection.js';
import { type ChangedConnection, NO_CHANGES } from '../../src/model/history-batch.js';
import { Outbox } from '../../src/ship/outbox.js';
import { Shipper } from '../../src/ship/shipper.js';
import { StateFile } from '../../src/ship/state.js';
import type { Row } from '../../src/ship/target.js';
import { parseWhat } from '../../src/ship/what.js';
import { openForWriting } from '../../src/store/database.js';
import { Pruner } from '../../src/store/pruner.js';
import { RunRecord } from '../../src/store/runs.js';
import { HistoryWriter } from '../../src/store/writer.js';
import { connectionOf, LAB_RUN, usAt } from '../lab/history.js';
import { type Failure, MemoryTarget } from './memory-target.js';

/** One thing that happens to a host and its shipper. */
type Act =
  | { readonly do: 'record'; readonly open: number; readonly close: number; readonly reset: boolean }
  | { readonly do: 'restart-recorder' }
  | { readonly do: 'ship'; readonly failures: readonly (Failure | undefined)[] }
  | { readonly do: 'kill-shipper' }
  | { readonly do: 'audit' }
  | { readonly do: 'lose-there' }
  | { readonly do: 'lose-state' }
  | { readonly do: 'prune'; readonly share: number };

const failures = fc.array(fc.constantFrom<Failure | undefined>('before', 'half', 'after', undefined), { maxLength: 4 });

const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('record' as const),
        open: fc.nat(4),
        close: fc.nat(6),
        reset: fc.boolean(),
      }),
    },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('ship' as const), failures }) },
    { weight: 1, arbitrary: fc.constant({ do: 'restart-recorder' as const }) },
    { weight: 2, arbitrary: fc.constant({ do: 'kill-shipper' as const }) },
    { weight: 2, arbitrary: fc.constant({ do: 'audit' as const }) },
    { weight: 1, arbitrary: fc.constant({ do: 'lose-there' as const }) },
    { weight: 1, arbitrary: fc.constant({ do: 'lose-state' as const }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('prune' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
    },
  ),
  { minLength: 1, maxLength: 40 },
);

/** A host: connections open and end, in no order. */
class Host {
  private readonly open = new Map<number, number>();
  readonly ended = new Map<number, Connection>();
  private writer: HistoryWriter;
  private run: RunRecord;
  private nextId = 1;
  atS = 1;

  constructor(
    private readonly database: Database.Database,
    private readonly pick: () => number,
  ) {
    this.run = new RunRecord(database, LAB_RUN);
    this.writer = new HistoryWriter(database);
  }

  restart(): void {
    this.run.end(usAt(this.atS), 'clean');
    this.run = new RunRecord(this.database, { ...LAB_RUN, bootId: `boot-${this.atS}`, startedUs: usAt(this.atS) });
    this.writer = new HistoryWriter(this.database);
  }

  record(open: number, close: number, reset: boolean): void {
    const connections: ChangedConnection[] = [];
    for (let count = 0; count < open; count++) {
      const id = this.nextId++;
      this.open.set(id, this.atS);
      connections.push({ connection: connectionOf(id, [[this.atS, 'ESTAB']]), isNew: true, firstNewStep: 0 });
    }
    this.atS += 1 + this.pick() * 20;
    for (const id of [...this.open.keys()].filter(() => this.pick() < 0.5).slice(0, close)) {
      const more = { closeReason: reset ? ('reset by peer' as const) : ('orderly' as const) };
      const connection = connectionOf(
        id,
        [
          [this.open.get(id) ?? 0, 'ESTAB'],
          [this.atS, 'UNCONN'],
        ],
        more,
      );
      const fresh = connections.findIndex((change) => change.connection.id === id);
      if (fresh >= 0) connections[fresh] = { connection, isNew: true, firstNewStep: 0 };
      else connections.push({ connection, isNew: false, firstNewStep: 1 });
      this.open.delete(id);
      this.ended.set(id, connection);
    }
    const throughUs = usAt(this.atS);
    this.writer.write({ ...NO_CHANGES, connections, throughUs }, throughUs);
    this.run.beat(throughUs);
  }

  prune(share: number): void {
    const pruner = new Pruner(this.database, {
      retainUs: Math.round(this.atS * share * 1e6),
      maxBytes: undefined,
      sparePages: 0,
    });
    while (!pruner.work(usAt(this.atS), 100));
  }
}

describe('shipping', () => {
  it('gives every connection exactly once and every hole as a gap, whatever fails in between', async function () {
    this.timeout(120_000);
    await fc.assert(
      fc.asyncProperty(
        acts,
        fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        fc.constantFrom('all', 'failures,slow'),
        (story, random, what) => play(story, random, what),
      ),
      { numRuns: Number(process.env['SSTORY_RUNS'] ?? 60) },
    );
  });

  it('makes a gap of what was deleted here while its state was lost', async () => {
    const one: Act = { do: 'record', open: 1, close: 1, reset: false };
    const story: Act[] = [one, { do: 'ship', failures: [] }, one, one, { do: 'prune', share: 0 }, { do: 'lose-state' }];
    await play(story, [0, 0, 0.999, 0, 0, 0, 0, 0].values(), 'all');
  });

  it('of which a half arrived goes on where its connections were deleted before they were sent again', async () => {
    const story: Act[] = [
      { do: 'record', open: 1, close: 1, reset: false },
      { do: 'ship', failures: ['half'] },
      { do: 'prune', share: 0 },
    ];
    await play(story, [0, 0, 0].values(), 'all');
  });

  it('has one row for a segment that arrives after its connections were deleted, and it was sent again without them', async () => {
    const story: Act[] = [
      { do: 'record', open: 1, close: 1, reset: false },
      { do: 'ship', failures: ['late'] },
      { do: 'record', open: 1, close: 1, reset: false },
      { do: 'prune', share: 0 },
    ];
    await play(story, [0, 0, 0, 0].values(), 'all', (target) => {
      target.deliverLate();
      const segments = target.rows('segments').map((row) => [row['segment'], row['last']]);
      deepEqual(segments, [
        [1, 1],
        [2, 2],
      ]);
    });
  });
});

/** `after`: called with the place once all is there that comes in time. */
async function play(
  story: readonly Act[],
  random: Iterator<number>,
  what: string,
  after: (target: MemoryTarget) => void = () => undefined,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'sstory-ship-'));
  const path = join(directory, 'host.db');
  const database = openForWriting(path);
  try {
    const host = new Host(database, () => random.next().value as number);
    const target = new MemoryTarget();
    const harness = new Harness(path, directory, target, what, () => usAt(host.atS));
    for (const act of story) {
      if (act.do === 'record') host.record(act.open, act.close, act.reset);
      else if (act.do === 'restart-recorder') host.restart();
      else if (act.do === 'prune') host.prune(act.share);
      else await harness.act(act);
    }
    await harness.finish();
    check(target, host, harness);
    after(target);
  } finally {
    database.close();
    rmSync(directory, { recursive: true });
  }
}

/** Runs shippers one after the other, each of which may be killed at any place. */
class Harness {
  private shipper: Shipper | undefined;
  private outbox: Outbox | undefined;

  constructor(
    private readonly path: string,
    private readonly directory: string,
    private readonly target: MemoryTarget,
    private readonly what: string,
    private readonly nowUs: () => number,
  ) {}

  async act(act: Act): Promise<void> {
    if (act.do === 'kill-shipper') this.kill();
    if (act.do === 'lose-state') {
      this.kill();
      rmSync(join(this.directory, 'ship'), { recursive: true, force: true });
    }
    if (act.do === 'lose-there') {
      // What was found there once may be deleted here: only what was not can come again.
      const waiting = this.shipper?.state.waiting ?? [];
      if (waiting[0] !== undefined) this.target.forget(waiting[0].first);
    }
    if (act.do === 'audit') await this.attempt((shipper) => shipper.audit());
    if (act.do === 'ship') {
      this.target.failures = [...act.failures];
      await this.attempt(async (shipper) => {
        await shipper.sendNext();
        await shipper.sendLoose();
      });
      this.target.failures = [];
    }
  }

  async finish(): Promise<void> {
    const shipper = await this.running();
    while ((await shipper.sendNext()).rows > 0);
    await shipper.sendLoose();
    await shipper.auditAll();
    this.kill();
  }

  get lastSeq(): number {
    const outbox = new Outbox(this.path);
    try {
      return outbox.lastSeq();
    } finally {
      outbox.close();
    }
  }

  private async attempt(work: (shipper: Shipper) => Promise<void>): Promise<void> {
    try {
      await work(await this.running());
    } catch (error) {
      ok(error instanceof Error && /failed|cannot connect/.test(error.message), String(error));
      this.kill();
    }
  }

  private async running(): Promise<Shipper> {
    if (this.shipper !== undefined) return this.shipper;
    const { target, nowUs } = this;
    const outbox = new Outbox(this.path);
    this.outbox = outbox;
    const shipper = new Shipper({
      outbox,
      target,
      state: new StateFile(join(this.directory, 'ship'), 'there'),
      origin: { host: 'lab', machine: 'm', file: outbox.file },
      name: 'there',
      what: parseWhat(this.what),
      nowUs,
      say: () => undefined,
      atOnce: true,
    });
    await shipper.begin();
    this.shipper = shipper;
    return shipper;
  }

  private kill(): void {
    this.outbox?.close();
    this.shipper = undefined;
  }
}

/** Every number is in one segment or in one gap; the rows of the segments are those connections, each once. */
function check(target: MemoryTarget, host: Host, harness: Harness): void {
  const segments = target.rows('segments').sort((one, other) => Number(one['segment']) - Number(other['segment']));
  const lives = target.rows('lives');
  const ids = lives.map((row) => Number(row['connection_id']));
  equal(new Set(ids).size, ids.length, 'a connection has two rows');
  for (const id of ids) ok(host.ended.has(id), `connection ${id} did not end`);
  const counted = target.rows('counts').reduce((sum, row) => sum + Number(row['connections']), 0);
  const gaps = target.rows('gaps').filter((row) => row['scope'] === 'shipping');
  const lost = gaps.reduce((sum, row) => sum + Number(row['lost']), 0);
  const numbers = new Map<number, string>();
  let arrivedEarly = 0;
  for (const segment of segments) {
    const [first, last] = [Number(segment['segment']), Number(segment['last'])];
    const missing = gaps.find((row) => row['gap_id'] === -first)?.['lost'] ?? 0;
    equal(
      Number(segment['lives']) + Number(segment['counted']) + Number(missing),
      last - first + 1,
      `segment ${first}`,
    );
    // A part that arrived before an error stays there, where it was deleted here before it could be sent again.
    const early = lives.filter((row) => row['segment'] === first).length - Number(segment['lives']);
    ok(early >= 0 && early <= Number(missing), `segment ${first}: ${early} rows too many`);
    arrivedEarly += early;
    for (let seq = first; seq <= last; seq++) {
      equal(numbers.get(seq), undefined, `number ${seq} is in two segments`);
      numbers.set(seq, 'segment');
    }
  }
  // Of a segment that did not arrive, and whose state was lost too, parts may have.
  const isInNone = (row: Row) => !segments.some(({ segment }) => segment === row['segment']);
  arrivedEarly += lives.filter(isInNone).length;
  for (const row of target.rows('counts').filter(isInNone)) arrivedEarly += Number(row['connections']);
  const firstSent = Number(segments[0]?.['segment'] ?? 0);
  const holes: number[] = [];
  for (let seq = firstSent; seq > 0 && seq <= harness.lastSeq; seq++) if (!numbers.has(seq)) holes.push(seq);
  const inHoles = gaps.filter((row) => !segments.some((segment) => -Number(row['gap_id']) === segment['segment']));
  equal(
    inHoles.reduce((sum, row) => sum + Number(row['lost']), 0) >= holes.length,
    true,
    `holes ${holes.join()} without gaps`,
  );
  if (gaps.length === 0 && firstSent === 1) equal(lives.length + counted, host.ended.size);
  ok(lives.length + counted + lost <= harness.lastSeq + arrivedEarly);
  deepEqual(
    target.rows('open_lives').filter((row) => row['is_deleted'] === 0 && host.ended.has(Number(row['connection_id']))),
    [],
    'a connection that ended is still open there',
  );
}
