import { deepEqual, equal, ok } from 'node:assert/strict';
import type Database from 'better-sqlite3';
import fc from 'fast-check';
import type { HistoryBatch } from '../../../src/model/history-batch.js';
import { snapshotOf } from '../../../src/model/snapshot-rows.js';
import { Correlator, type CorrelatorInput } from '../../../src/pipeline/correlator.js';
import { connectionById } from '../../../src/query/connection-by-id.js';
import { Follower } from '../../../src/query/follow.js';
import { livesBetween } from '../../../src/query/lives.js';
import { SocketGaugeReader } from '../../../src/query/metrics/socket-gauges.js';
import { socketsAt } from '../../../src/query/point-in-time.js';
import { findings } from '../../../src/query/verification.js';
import { openForWriting } from '../../../src/store/database.js';
import { reopenUnreached } from '../../../src/store/foreseen.js';
import { OPEN_CLASS } from '../../../src/store/life-class.js';
import { memberBit, slotOf } from '../../../src/store/lives-layout.js';
import { RunRecord, readOpenConnections } from '../../../src/store/runs.js';
import { HistoryWriter } from '../../../src/store/writer.js';
import { batchOf, connectionOf, LAB_RUN, usAt } from '../../lab/history.js';
import { newDatabases } from '../../lab/new-databases.js';
import { CLIENT, connectionsAfter, drained, NETNS, OFFSET_US, row, timeWait } from '../../pipeline/stories.js';

const S = 1_000_000;
/** After 60 s, with CONFIG_HZ=250: 2.05 s in the timer wheel, and 0.5 s in the softirq. */
const LATEST_S = 62.56;

/** A dump at `atS` with TIME-WAITs whose timers are due in so many seconds, by port. */
function dump(atS: number, due: Readonly<Record<number, number>>, offsetUs = OFFSET_US): CorrelatorInput {
  const rows = Object.entries(due).map(([port, dueS]) =>
    row('TIME-WAIT', {
      tuple: { ...CLIENT, localPort: Number(port) },
      cookie: Number(port),
      inode: 0,
      timer: { kind: 'timewait', expiresMs: dueS * 1_000, retransmits: 0 },
    }),
  );
  return snapshotOf(rows, { netns: NETNS, startBootUs: atS * S, endBootUs: atS * S + 10, offsetUs });
}

describe('the end of a TIME-WAIT, written when it begins', () => {
  const newPath = newDatabases();

  /** A history under way, fed with inputs. */
  class Lab implements Disposable {
    readonly database: Database.Database = openForWriting(newPath());
    readonly correlator: Correlator;
    readonly batches: HistoryBatch[] = [];
    private readonly run = new RunRecord(this.database, { ...LAB_RUN, startedUs: OFFSET_US });
    private readonly writer: HistoryWriter;
    updates = 0;
    private offsetUs = OFFSET_US;

    /** `pass`: how many connections the tables of closed ones take at once. */
    constructor(pass?: number, onlyIdsOfReached = false) {
      this.correlator = new Correlator({ firstId: 1, tracing: true, onlyIdsOfReached });
      this.writer = new HistoryWriter(this.database, pass);
    }

    give(...inputs: readonly CorrelatorInput[]): void {
      for (const input of inputs) {
        this.watchClock(input);
        const batch = this.correlator.accept(input);
        this.batches.push(batch);
        this.updates += batch.connections.filter(({ isNew, asForeseen }) => !isNew && asForeseen !== true).length;
        this.database.transaction(() => {
          this.writer.write(batch, batch.throughUs);
          if (batch.throughUs > 0) this.run.beat(batch.throughUs);
        })();
      }
    }

    /** As the recorder does. */
    private watchClock(input: CorrelatorInput): void {
      if (input.kind !== 'probe' && input.kind !== 'snapshot') return;
      const bootUs = input.kind === 'probe' ? input.throughBootUs : input.endBootUs;
      const stepUs = input.offsetUs - this.offsetUs;
      if (stepUs !== 0) this.run.clockStep(Math.floor(bootUs + input.offsetUs), stepUs);
      this.offsetUs = input.offsetUs;
    }

    /** Time passes: drains without an event, and dumps with what is due. */
    pass(fromS: number, toS: number, due: (atS: number) => Readonly<Record<number, number>>, everyS = 1): void {
      for (let atS = fromS; atS <= toS; atS += everyS) this.give(drained([], atS * S + 20), dump(atS, due(atS)));
    }

    one(id = 1) {
      const connection = connectionById(this.database, id);
      ok(connection !== undefined);
      return connection;
    }

    /** All that is stored of connections and of their ends. */
    rows(): unknown[] {
      return ['socket', 'closed_life', 'closed_port', 'closings'].map((table) =>
        this.database.prepare(`SELECT * FROM ${table}`).raw().all(),
      );
    }

    get throughUs(): number {
      return this.batches.findLast(({ throughUs }) => throughUs > 0)?.throughUs ?? 0;
    }

    view(columns: string, from = 'connections WHERE id = 1'): unknown[] {
      return this.database.prepare(`SELECT ${columns} FROM ${from}`).raw().get() as unknown[];
    }

    [Symbol.dispose](): void {
      // A wall clock that is stepped back makes lives overlap.
      deepEqual(
        [...findings(this.database)].filter(({ check }) => check !== 'overlap'),
        [],
      );
      this.database.close();
    }
  }

  /** Two complete dumps, by which it is known how often they come. */
  const begun = (pass?: number, onlyIdsOfReached?: boolean) => {
    const lab = new Lab(pass, onlyIdsOfReached);
    lab.give(drained([], S), dump(1, {}), drained([], 2 * S), dump(2, {}));
    return lab;
  };
  const untilDue =
    (enteredS: number, port = 1) =>
    (atS: number) => {
      const dueS = Math.max(0, enteredS + 60 - atS);
      return atS < enteredS + 61 ? { [port]: dueS } : {};
    };
  const wall = (s: number) => s * S + OFFSET_US;

  it('is seen when the run has passed it, and no row is written for it', () => {
    using lab = begun();
    lab.give(drained(timeWait(1, 3.3)));
    const { updates } = lab;
    lab.pass(4, 65, untilDue(3.3));
    deepEqual([lab.one().state, lab.one().closedUs], ['TIME-WAIT', undefined]);
    deepEqual(lab.view('state, closed_us, closed_source, closed_not_before_us'), ['TIME-WAIT', null, null, null]);
    deepEqual(lab.view('count(*), max(new_state)', 'transitions'), [5, 'TIME-WAIT']);
    lab.pass(66, 66, untilDue(3.3));
    equal(lab.updates, updates);
    const { state, closedUs, closedSource, closedNotBeforeUs, closeReason, steps } = lab.one();
    deepEqual([state, closedSource, closeReason, steps.length], ['UNCONN', 'timer', 'orderly', 6]);
    ok(Math.abs((closedUs ?? 0) - wall(3.3 + LATEST_S)) < 10_000, `closed ${closedUs}`);
    ok((closedNotBeforeUs ?? 0) >= wall(59) && (closedNotBeforeUs ?? 0) <= wall(63), `not before ${closedNotBeforeUs}`);
    deepEqual(lab.view('state, closed_us, closed_source, closed_not_before_us'), [
      'UNCONN',
      closedUs,
      'timer',
      closedNotBeforeUs,
    ]);
    deepEqual(lab.view('count(*), max(at_us)', 'transitions'), [6, closedUs]);
  });

  for (const onlyIds of [false, true])
    it(`is reported to followers once, when it has come${onlyIds ? ', also where the commit has only its id' : ''}`, () => {
      using lab = begun(undefined, onlyIds);
      const follower = new Follower(lab.database, { everyPoll: true });
      const seen: string[] = [];
      const poll = () => {
        for (const entry of follower.poll().entries) if (entry.kind === 'transition') seen.push(entry.step.newState);
      };
      lab.give(drained(timeWait(1, 3)));
      for (let atS = 4; atS < 70; atS++) {
        poll();
        lab.pass(atS, atS, untilDue(3));
      }
      poll();
      deepEqual(seen, ['SYN-SENT', 'ESTAB', 'FIN-WAIT-1', 'FIN-WAIT-2', 'TIME-WAIT', 'UNCONN']);
      const reached = lab.batches.flatMap((batch) => batch.reached?.ids ?? []);
      deepEqual(reached, onlyIds ? [1] : []);
    });

  it('is foreseen of one that a dump finds, with its row, also by the first dump', () => {
    for (const firstS of [1, 3]) {
      using lab = new Lab(1);
      if (firstS === 3) lab.give(drained([], S), dump(1, {}));
      lab.give(drained([], firstS * S), dump(firstS, { 1: 40 }));
      const { updates } = lab;
      lab.pass(firstS + 1, firstS + 50, (atS) => (atS < firstS + 41 ? { 1: Math.max(0, firstS + 40 - atS) } : {}));
      deepEqual([lab.one().closedSource, lab.one().steps.length], ['timer', 2]);
      ok(Math.abs((lab.one().closedUs ?? 0) - wall(firstS + 40 + LATEST_S - 60)) < 10_000, `${lab.one().closedUs}`);
      equal(lab.updates, updates);
    }
  });

  it('of one that a dump finds comes before that of others which began earlier, and is reported then', () => {
    for (const onlyIds of [false, true]) {
      using lab = begun(1, onlyIds);
      lab.give(drained([...timeWait(1, 3), ...timeWait(2, 3.1)], 4 * S));
      lab.give(drained([], 5 * S), dump(5, { 1: 58, 2: 58.1, 3: 20, 4: 10 }));
      const openAt = (s: number) => {
        lab.give(drained([], s * S));
        return lab.correlator.openSockets;
      };
      deepEqual([15, 18, 28, 66].map(openAt), [4, 3, 2, 0]);
    }
  });

  it('is the reuse of the four-tuple where that comes first', () => {
    using lab = begun(1);
    lab.give(drained(timeWait(1, 3)));
    lab.pass(4, 20, untilDue(3));
    lab.give(drained(timeWait(1, 21)));
    deepEqual([lab.one().closedUs, lab.one().closedSource], [wall(21) - 300, 'probe']);
    equal(lab.one(2).state, 'TIME-WAIT');
  });

  it('leaves the entries of the row as they are if another one comes first: the row has the time', () => {
    using lab = begun(1);
    const lives = () => lab.database.prepare('SELECT * FROM closed_life WHERE members & ?').raw().all(memberBit(1));
    const ports = () => lab.database.prepare('SELECT * FROM closed_port WHERE connection_id = 1').raw().all();
    lab.give(drained(timeWait(1, 3)));
    const [livesBefore, portsBefore] = [lives(), ports()];
    lab.pass(4, 20, untilDue(3));
    lab.give(drained(timeWait(1, 21)));
    deepEqual([lives(), ports()], [livesBefore, portsBefore]);
    deepEqual([livesBefore.length, portsBefore.length], [1, 1]);
    const openAt = (s: number) => socketsAt(lab.database, wall(s)).map(({ connection }) => connection.id);
    deepEqual([openAt(20), openAt(22)], [[1], [2]]);
    const lived = lab.database.prepare(livesBetween({ select: 'id', where: 'true' })).pluck();
    const at = (s: number) => lived.all({ fromUs: wall(s), toUs: wall(s) });
    deepEqual([at(20), at(22)], [[1], [2]]);
    const { sockets } = new SocketGaugeReader(lab.database, [], 1_000).read(new Map());
    equal(sockets.find(({ labels }) => labels['state'] === 'time_wait')?.value, 1);
  });

  describe('where ports are used again in the first minute', () => {
    const ports = Array.from({ length: 40 }, (_, index) => 100 + index);
    const all = (atS: number, some = ports) => some.flatMap((port, index) => timeWait(port, atS + index / 10_000));
    /** The moments up to which a question reads the rows of those that were opened at about this time, seconds. */
    const readTo = (lab: Lab, atS: number) =>
      lab.database
        .prepare('SELECT to_us FROM closed_life WHERE slot BETWEEN ? AND ? ORDER BY stretch')
        .pluck()
        .all(slotOf(wall(atS)), slotOf(wall(atS + 0.1)))
        .map((toUs) => (Number(toUs) - wall(0)) / S);

    it('is foreseen of each', () => {
      using lab = begun();
      for (let atS = 3; atS < 50; atS++) lab.give(drained(all(atS)));
      equal(lab.database.prepare('SELECT count(*) FROM socket WHERE closed_us IS NULL').pluck().get(), 0);
    });

    it('is read in the time in which they were there, once all that a row has have ended', () => {
      using lab = begun(1);
      lab.give(drained(all(3)), drained(all(10)));
      ok(readTo(lab, 3).every((toS) => toS > 60));
      lab.give(drained(timeWait(1, 11)), drained(timeWait(1, 12)));
      const read = readTo(lab, 3);
      equal(read.length, 2);
      ok(
        read.every((toS) => toS > 9.99 && toS < 10.1),
        `read to ${read} s`,
      );
      equal(socketsAt(lab.database, wall(9)).length, ports.length);
    });

    it('is read until the last one of a row has ended', () => {
      using lab = begun(1);
      lab.give(
        drained(all(3)),
        drained(all(10, ports.slice(0, -4))),
        drained(timeWait(1, 12)),
        drained(timeWait(1, 14)),
      );
      const [first = 0, second = 0] = readTo(lab, 3);
      deepEqual([first < 10.1, second > 60], [true, true]);
      lab.give(drained(all(20, ports.slice(-6))), drained(timeWait(1, 22)));
      const [, later = 0] = readTo(lab, 3);
      ok(later > 19.9 && later < 20.1, `read to ${later} s`);
    });
  });

  it('is when a dump no longer has it, where a RST or ss -K ended it', () => {
    using lab = begun(1);
    lab.give(drained(timeWait(1, 3)));
    lab.pass(4, 20, untilDue(3));
    lab.pass(21, 22, () => ({}));
    const { closedUs, closedNotBeforeUs, closedSource } = lab.one();
    deepEqual([closedUs, closedNotBeforeUs, closedSource], [wall(21) + 10, wall(20), 'snapshot']);
  });

  it('is 60 s after a late FIN has set the timer anew', () => {
    using lab = begun(1);
    lab.give(drained(timeWait(1, 3)));
    lab.pass(4, 30, untilDue(3));
    lab.pass(31, 90, untilDue(30));
    equal(lab.one().state, 'TIME-WAIT');
    lab.pass(91, 94, untilDue(30));
    ok(Math.abs((lab.one().closedUs ?? 0) - wall(30 + LATEST_S)) < 10_000, `closed ${lab.one().closedUs}`);
    equal(lab.batches.flatMap(({ connections }) => connections).filter(({ isNew }) => isNew).length, 1);
    deepEqual(
      lab.batches.flatMap(({ gaps }) => gaps),
      [],
    );
  });

  it('has the bound of the last dump that had it, where dumps came less often than before', () => {
    using lab = begun(1);
    lab.give(drained(timeWait(1, 3)));
    lab.pass(4, 20, untilDue(3));
    lab.give(drained([], 70 * S));
    deepEqual([lab.one().closedNotBeforeUs, lab.one().closedSource], [wall(20), 'timer']);
  });

  it('is not foreseen before the first dump that would have it', () => {
    const foreseenIn = (lab: Lab) => lab.database.prepare('SELECT closed_us FROM socket').pluck().get() !== null;
    using first = new Lab();
    first.give(drained(timeWait(1, 3)));
    equal(foreseenIn(first), false);
    using second = new Lab();
    second.give(drained([], S), dump(1, {}), drained(timeWait(1, 3)));
    equal(foreseenIn(second), true);
    for (const lab of [first, second]) {
      lab.pass(4, 70, untilDue(3));
      equal(lab.one().closedSource, 'timer');
    }
  });

  it('is not told by a wall clock that was stepped', () => {
    using lab = begun(1);
    lab.give(drained(timeWait(1, 3)));
    lab.pass(4, 20, untilDue(3));
    const hour = OFFSET_US + 3_600 * S;
    lab.give({ ...drained([], 21 * S), offsetUs: hour }, dump(21, { 1: 42 }, hour));
    deepEqual([lab.one().state, lab.one().closedUs], ['TIME-WAIT', undefined]);
    deepEqual(lab.view('state, closed_us'), ['TIME-WAIT', null]);
  });

  it('is open again for the run after one that was killed before', () => {
    using lab = begun(1);
    lab.give(drained([...timeWait(1, 3), ...timeWait(2, 3.5)]));
    lab.pass(4, 20, (atS) => ({ 1: 63 - atS, 2: 63.5 - atS }));
    reopenUnreached(lab.database);
    deepEqual(
      [...readOpenConnections(lab.database)].map(({ id, state, steps }) => [id, state, steps.length]),
      [
        [1, 'TIME-WAIT', 5],
        [2, 'TIME-WAIT', 5],
      ],
    );
    new RunRecord(lab.database, { ...LAB_RUN, startedUs: wall(1_000) });
    deepEqual(lab.view('state, closed_us'), ['TIME-WAIT', null]);
  });

  it('is open again of more than a call can have arguments', () => {
    const count = 150_000;
    const database = openForWriting(newPath());
    const foreseenEnd = { closedUs: usAt(30), notBeforeUs: usAt(29) };
    const waiting = connectionOf(1, [[1, 'TIME-WAIT', 'snapshot', 'no bound']], { foreseenEnd });
    const connections = Array.from({ length: count }, (_, index) => ({ ...waiting, id: index + 1 }));
    new HistoryWriter(database).write(batchOf({ connections }), usAt(2));
    new RunRecord(database, LAB_RUN).beat(usAt(10));
    const open = database.prepare(`SELECT count(*) FROM socket WHERE life_class = ${OPEN_CLASS}`).pluck();
    equal(open.get(), 0);
    reopenUnreached(database);
    equal(open.get(), count);
    equal(database.prepare('SELECT count(*) FROM closed_life').pluck().get(), 0);
    database.close();
  });

  it('is, with everything else, what the correlator holds, after every commit of any story', () => {
    const steps = fc.array(
      fc.record({
        waitS: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 70 })),
        enters: fc.subarray([1, 2, 3, 4]),
        lost: fc.subarray([1, 2, 3, 4], { maxLength: 1 }),
        anew: fc.subarray([1, 2, 3, 4], { maxLength: 1 }),
        dumped: fc.boolean(),
        stepS: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(-100, 100) }),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 9 }), (story, pass) => {
        using lab = begun(pass);
        using short = begun(pass, true);
        const give = (input: CorrelatorInput) => {
          lab.give(input);
          short.give(input);
        };
        let atS = 10;
        let offsetUs = OFFSET_US;
        let wasStepped = false;
        const dueS = new Map<number, number>();
        for (const { waitS, enters, lost, anew, dumped, stepS } of story) {
          atS += waitS;
          offsetUs += stepS * S;
          wasStepped ||= stepS !== 0;
          const free = enters.filter((port) => !dueS.has(port) || port % 2 === 0);
          give({
            ...drained(
              free.flatMap((port) => timeWait(port, atS)).sort((a, b) => a.bootUs - b.bootUs),
              atS * S,
            ),
            offsetUs,
          });
          for (const port of free) dueS.set(port, atS + 60);
          for (const port of anew) if (dueS.has(port)) dueS.set(port, atS + 60);
          for (const port of lost) dueS.delete(port);
          for (const [port, due] of dueS) if (due < atS) dueS.delete(port);
          if (dumped) {
            const due = Object.fromEntries([...dueS].map(([port, at]) => [port, at - atS - 0.1]));
            give({ ...drained([], (atS + 0.2) * S), offsetUs });
            give(dump(atS + 0.1, due, offsetUs));
          }
          deepEqual(short.rows(), lab.rows());
          const all = connectionsAfter(lab.batches);
          // Where the wall clock was stepped back, lives overlap.
          if (!wasStepped) {
            const open = all.filter(({ closedUs }) => closedUs === undefined).map(({ id }) => id);
            const read = socketsAt(lab.database, lab.throughUs).map(({ connection }) => connection.id);
            deepEqual(read.sort(), open.sort());
          }
          const waiting = all.filter(({ state }) => state === 'TIME-WAIT').length;
          deepEqual([lab.correlator.openSockets, lab.correlator.states().get('TIME-WAIT') ?? 0], [waiting, waiting]);
          for (const held of all) {
            const read = lab.one(held.id);
            deepEqual(
              [read.state, read.closedUs, read.closedNotBeforeUs, read.closedSource, read.closeReason, read.steps],
              [held.state, held.closedUs, held.closedNotBeforeUs, held.closedSource, held.closeReason, held.steps],
            );
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
