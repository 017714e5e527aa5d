import { deepEqual, equal } from 'node:assert/strict';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import type { Connection } from '../../src/model/connection.js';
import type { TcpState } from '../../src/model/tcp-state.js';
import type { HistoryFilter } from '../../src/query/history-filter.js';
import { MatchingStays, staysIn } from '../../src/query/matching-stays.js';
import { openForReading, openForWriting } from '../../src/store/database.js';
import { RunRecord } from '../../src/store/runs.js';
import { HistoryWriter } from '../../src/store/writer.js';
import { BASE_US, batchOf, connectionOf, type Entered, LAB_RUN, usAt } from '../lab/history.js';
import { Stage } from '../lab/stage.js';

const filterOf = (sql: string, ...states: TcpState[]): HistoryFilter => ({
  condition: { sql, params: {} },
  states: states.length === 0 ? undefined : new Set(states),
});

describe('the stays of a connection in some states', () => {
  const spans = (entered: readonly Entered[], ...states: TcpState[]) =>
    staysIn(connectionOf(1, entered), states.length === 0 ? undefined : new Set(states)).map(({ fromUs, toUs }) => [
      (fromUs - BASE_US) / 1e6,
      toUs === undefined ? undefined : (toUs - BASE_US) / 1e6,
    ]);
  const life: readonly Entered[] = [
    [1, 'SYN-SENT'],
    [2, 'ESTAB'],
    [3, 'CLOSE-WAIT'],
    [4, 'UNCONN'],
  ];

  it('are as long as its states are among them, without interruption', () => {
    deepEqual(spans(life, 'ESTAB'), [[2, 3]]);
    deepEqual(spans(life, 'ESTAB', 'CLOSE-WAIT'), [[2, 4]]);
    deepEqual(spans(life, 'SYN-SENT', 'CLOSE-WAIT'), [
      [1, 2],
      [3, 4],
    ]);
    deepEqual(spans(life.slice(0, 2), 'ESTAB'), [[2, undefined]]);
  });

  it('are its life where no states are named', () => {
    deepEqual(spans(life), [[1, 4]]);
  });

  it('begin with its end where that is what is waited for', () => {
    deepEqual(spans(life, 'UNCONN'), [[4, undefined]]);
  });
});

describe('waiting for connections that match', () => {
  const stage = new Stage();
  let directory: string;
  let made = 0;
  let nowMs = 0;

  before(async () => {
    directory = await stage.directory();
  });
  after(() => stage[Symbol.asyncDispose]());

  /** A recording under way, and a reader of it. */
  class Recording implements Disposable {
    private readonly database: Database.Database;
    readonly reader: Database.Database;
    private readonly run: RunRecord;
    private readonly writer: HistoryWriter;
    private readonly steps = new Map<number, number>();

    constructor() {
      const path = join(directory, `${++made}.db`);
      this.database = openForWriting(path);
      this.run = new RunRecord(this.database, LAB_RUN);
      this.writer = new HistoryWriter(this.database);
      this.reader = openForReading(path);
    }

    /** Commits connections as they are now, known up to a time. */
    commit(throughS: number, ...connections: Connection[]): void {
      this.database.transaction(() => {
        const changes = connections.map((connection) => {
          const written = this.steps.get(connection.id);
          this.steps.set(connection.id, connection.steps.length);
          return { connection, isNew: written === undefined, firstNewStep: written ?? 0 };
        });
        this.writer.write({ ...batchOf({}), connections: changes }, usAt(throughS));
        this.run.beat(usAt(throughS));
      })();
    }

    [Symbol.dispose](): void {
      this.reader.close();
      this.database.close();
    }
  }

  const watch = (reader: Database.Database, filter: HistoryFilter, leastUs: number) =>
    new MatchingStays(reader, filter, { leastUs, needsLateFacts: filter.condition.sql !== '1' });

  /** The ids that were found, and how many seconds they had matched. */
  function found(stays: MatchingStays): [number, number][] {
    nowMs += 1_000;
    return stays
      .poll(nowMs)
      .found.map(({ socket, fromUs, untilUs }) => [socket.connection.id, (untilUs - fromUs) / 1e6]);
  }

  const synSent = connectionOf(1, [[10, 'SYN-SENT']]);
  const estab = connectionOf(1, [
    [10, 'SYN-SENT'],
    [15, 'ESTAB'],
  ]);

  it('finds those that match at the start, once', () => {
    using recording = new Recording();
    recording.commit(12, synSent);
    const stays = watch(recording.reader, filterOf('1', 'SYN-SENT'), 0);
    deepEqual(found(stays), [[1, 2]]);
    recording.commit(13);
    deepEqual(found(stays), []);
  });

  it('finds a state that had ended when it was committed', () => {
    using recording = new Recording();
    recording.commit(9);
    const stays = watch(recording.reader, filterOf('1', 'SYN-SENT'), 0);
    deepEqual(found(stays), []);
    recording.commit(20, estab);
    deepEqual(found(stays), [[1, 5]]);
  });

  it('finds one that was committed before the start, and opened after the time up to which all is recorded', () => {
    using recording = new Recording();
    recording.commit(9, synSent);
    deepEqual(found(watch(recording.reader, filterOf('1', 'SYN-SENT'), 0)), [[1, 0]]);
  });

  it('does not find a state that had ended before the start', () => {
    using recording = new Recording();
    recording.commit(20, estab);
    deepEqual(found(watch(recording.reader, filterOf('1', 'SYN-SENT'), 0)), []);
  });

  it('waits until one has matched for long enough by what is recorded', () => {
    using recording = new Recording();
    recording.commit(11, synSent);
    const stays = watch(recording.reader, filterOf('1', 'SYN-SENT'), 4e6);
    deepEqual(found(stays), []);
    recording.commit(13.9);
    deepEqual(found(stays), []);
    recording.commit(14.5);
    deepEqual(found(stays), [[1, 4.5]]);
  });

  it('does not find one that was left too early', () => {
    using recording = new Recording();
    recording.commit(11, synSent);
    const stays = watch(recording.reader, filterOf('1', 'SYN-SENT'), 6e6);
    deepEqual(found(stays), []);
    recording.commit(30, estab);
    deepEqual(found(stays), []);
    recording.commit(40);
    deepEqual(found(stays), []);
  });

  it('finds a state again that was left and entered again', () => {
    using recording = new Recording();
    const stays = watch(recording.reader, filterOf('1', 'ESTAB'), 0);
    recording.commit(16, estab);
    deepEqual(found(stays), [[1, 1]]);
    const [, ...later] = [
      [16, 'CLOSE-WAIT'],
      [17, 'CLOSE-WAIT'],
      [18, 'ESTAB'],
    ] as const;
    recording.commit(19, connectionOf(1, [[10, 'SYN-SENT'], [15, 'ESTAB'], ...later]));
    deepEqual(found(stays), [[1, 1]]);
  });

  it('finds one whose owner is known later than its state', () => {
    using recording = new Recording();
    recording.commit(11, connectionOf(1, [[10, 'SYN-SENT']], { comm: undefined, pid: undefined, fd: undefined }));
    const stays = watch(recording.reader, filterOf("comm = 'java'", 'SYN-SENT'), 0);
    deepEqual(found(stays), []);
    recording.commit(12, synSent);
    deepEqual(found(stays), [[1, 2]]);
  });

  it('finds the end of a connection', () => {
    using recording = new Recording();
    recording.commit(16, estab);
    const stays = watch(recording.reader, filterOf('1', 'UNCONN'), 0);
    deepEqual(found(stays), []);
    recording.commit(
      18,
      connectionOf(1, [
        [10, 'SYN-SENT'],
        [15, 'ESTAB'],
        [17, 'UNCONN'],
      ]),
    );
    equal(found(stays).length, 1);
    recording.commit(19);
    deepEqual(found(stays), []);
  });
});
