import { deepEqual, equal, ok } from 'node:assert/strict';
import type Database from 'better-sqlite3';
import fc from 'fast-check';
import type { Gap } from '../../../src/model/gap.js';
import type { Interval } from '../../../src/model/interval.js';
import type { TcpState } from '../../../src/model/tcp-state.js';
import { staysOf } from '../../../src/query/stays.js';
import { RunRecord } from '../../../src/store/runs.js';
import { HistoryWriter } from '../../../src/store/writer.js';
import { PacketWriter } from '../../../src/view/perfetto/packet-writer.js';
import { perfettoTrace } from '../../../src/view/perfetto/trace.js';
import { TrackTree } from '../../../src/view/perfetto/track-tree.js';
import { BASE_US, batchOf, connectionOf, type Entered, LAB_RUN, usAt, type Written } from '../../lab/history.js';
import { databaseInMemory } from '../../lab/memory-database.js';
import { type DecodedTrace, decodeTrace } from './decoded-trace.js';

const END_S = 100;
const ns = (seconds: number) => BigInt(usAt(seconds)) * 1_000n;

function databaseOf(written: Written, gaps: readonly Partial<Gap>[] = []): Database.Database {
  const database = databaseInMemory();
  const run = new RunRecord(database, { ...LAB_RUN, clockOffsetUs: BASE_US - 5_000_000 });
  const batch = batchOf({ ...written, gaps: (gaps as Written['gaps']) ?? [] });
  new HistoryWriter(database).write(batch, BASE_US);
  run.beat(usAt(END_S));
  return database;
}

function traceOf(database: Database.Database, window?: Interval, filter?: Parameters<typeof perfettoTrace>[2]) {
  return decodeTrace(Buffer.concat([...perfettoTrace(database, window, filter)]));
}

const KAFKA = ['java[42]', 'to 10.0.0.2:9200'];
const slicesOf = (trace: DecodedTrace, ...track: string[]) =>
  trace.slices.filter((slice) => slice.track.join() === track.join());
const shown = ({ name, fromNs, toNs }: DecodedTrace['slices'][number]) => [name, fromNs, toNs];

describe('a history as a Perfetto trace', () => {
  const database = databaseOf(
    {
      connections: [
        connectionOf(
          1,
          [
            [10, 'SYN-SENT'],
            [14.5, 'ESTAB'],
            [20, 'TIME-WAIT'],
            [80, 'UNCONN', 'timer', 79.5],
          ],
          { rttUs: 250 },
        ),
        connectionOf(
          2,
          [
            [30, 'ESTAB', 'snapshot', 'no bound'],
            [40, 'CLOSE-WAIT', 'snapshot', 39],
          ],
          { origin: 'before-recording', pid: undefined, tid: undefined, comm: undefined, fd: undefined },
        ),
        connectionOf(
          3,
          [
            [50, 'SYN-SENT'],
            [50.001, 'UNCONN'],
          ],
          { comm: 'curl', closeReason: 'refused' },
        ),
        connectionOf(4, [[5, 'LISTEN']], {
          origin: 'listen',
          tuple: { family: 6, localAddr: '::', localPort: 9_200, remoteAddr: '::', remotePort: 0 },
          comm: 'a\u202e"<b>\n',
        }),
        connectionOf(5, [[60, 'ESTAB']], {
          origin: 'accept',
          tuple: { family: 4, localAddr: '10.0.0.1', localPort: 9_200, remoteAddr: '10.0.0.9', remotePort: 51_000 },
        }),
      ],
      events: [
        { connectionId: 1, atUs: usAt(11), kind: 'retransmit', detail: 'SYN' },
        { connectionId: 3, atUs: usAt(50.001), kind: 'error', detail: 'ECONNREFUSED' },
        { connectionId: undefined, atUs: usAt(70), kind: 'reset', detail: 'sent no socket 10.0.0.1:1 > 10.0.0.2:2' },
      ],
    },
    [
      { fromUs: usAt(39), toUs: usAt(41), reason: 'overrun', lost: 7 },
      { fromUs: usAt(40), toUs: usAt(42), reason: 'continuity', lost: undefined, scope: 'samples' },
    ],
  );
  const trace = traceOf(database);
  after(() => database.close());

  it('shows states as slices, by process, peer and connection', () => {
    const slices = slicesOf(trace, ...KAFKA, '#1 10.0.0.1:40001 > 10.0.0.2:9200');
    deepEqual(slices.map(shown), [
      ['SYN-SENT', ns(10), ns(14.5)],
      ['ESTAB', ns(14.5), ns(20)],
      ['TIME-WAIT', ns(20), ns(80)],
    ]);
    ok(slices.every(({ depth, category }) => depth === 0 && category === 'state'));
    const [first, second, last] = slices;
    deepEqual(
      [
        first?.args['connection'],
        first?.args['remote_addr'],
        first?.args['comm'],
        first?.args['close_reason'],
        first?.args['rtt_us'],
      ],
      [1, '10.0.0.2', 'java', 'orderly', 250],
    );
    deepEqual(second?.args, {});
    deepEqual(last?.args, { end_source: 'inferred', end_earliest: '2026-11-18T11:07:59.500000Z' });
  });

  it('shows what happened as instants', () => {
    const instants = trace.instants.map(({ track, name, fromNs, args }) => [
      track.at(-1),
      name,
      fromNs,
      args['detail'],
    ]);
    deepEqual(instants, [
      ['#1 10.0.0.1:40001 > 10.0.0.2:9200', 'retransmit SYN', ns(11), 'SYN'],
      ['#3 10.0.0.1:40003 > 10.0.0.2:9200', 'error ECONNREFUSED', ns(50.001), 'ECONNREFUSED'],
      ['#3 10.0.0.1:40003 > 10.0.0.2:9200', 'closed: refused', ns(50.001), undefined],
      ['events of no connection', 'reset sent', ns(70), 'sent no socket 10.0.0.1:1 > 10.0.0.2:2'],
      ['#1 10.0.0.1:40001 > 10.0.0.2:9200', 'closed: orderly', ns(80), undefined],
    ]);
    deepEqual(trace.instants.at(-1)?.args, {
      source: 'inferred',
      inferred_from: 'timer',
      earliest: '2026-11-18T11:07:59.500000Z',
    });
  });

  it('annotates what was inferred, and ends what is open with the recorded time', () => {
    const slices = slicesOf(trace, 'process unknown', 'with 10.0.0.2', '#2 10.0.0.1:40002 > 10.0.0.2:9200');
    deepEqual(slices.map(shown), [
      ['ESTAB', ns(30), ns(40)],
      ['CLOSE-WAIT', ns(40), ns(END_S)],
    ]);
    const [first, last] = slices;
    deepEqual(
      [first?.args['source'], first?.args['inferred_from'], first?.args['earliest']],
      ['inferred', 'snapshot', 'no bound'],
    );
    deepEqual(last?.args, {
      source: 'inferred',
      inferred_from: 'snapshot',
      earliest: '2026-11-18T11:07:19.000000Z',
      open: true,
    });
  });

  it('has a process track for each pid and name, listeners and accepted connections below it', () => {
    const named = (uuid: bigint) => trace.tracks.find((track) => track.uuid === uuid)?.path.join(' / ');
    const processes = trace.tracks.filter(({ pid }) => pid !== undefined);
    deepEqual(
      processes.map(({ uuid, pid }) => [named(uuid), pid]).sort(),
      [
        ['a\u202e"<b>\n[42]', 42],
        ['curl[42]', 42],
        ['java[42]', 42],
      ].sort(),
    );
    equal(slicesOf(trace, 'a\u202e"<b>\n[42]', 'listening', '#4 [::]:9200').length, 1);
    const accepted = slicesOf(trace, 'java[42]', 'from 10.0.0.9 to :9200', '#5 10.0.0.1:9200 > 10.0.0.9:51000');
    deepEqual(accepted.map(shown), [['ESTAB', ns(60), ns(END_S)]]);
  });

  it('shows gaps on tracks of their own, those that overlap beside each other', () => {
    const gaps = slicesOf(trace, 'gaps in the record', 'gaps');
    deepEqual(
      gaps.map(({ name, fromNs, toNs, depth, args }) => [name, fromNs, toNs, depth, args]),
      [
        ['overrun', ns(39), ns(41), 0, { scope: 'transitions', lost: 7 }],
        ['continuity', ns(40), ns(42), 0, { scope: 'samples', lost: 'unknown' }],
      ],
    );
  });

  it('counts sockets by state', () => {
    const counters = trace.counters.filter(({ track }) => track.at(-1) === 'ESTAB');
    const valueAt = (seconds: number) => counters.findLast(({ atNs }) => atNs <= ns(seconds))?.value;
    deepEqual([12, 15, 25, 31, 45, 61, 100].map(valueAt), [0, 1, 0, 1, 0, 1, 1]);
    deepEqual(counters.at(0)?.track, ['sockets by state', 'ESTAB']);
  });

  it('says which clock its times are of', () => {
    const realtime = trace.clocks.get(1) ?? 0n;
    equal(realtime, ns(0));
    equal(realtime - (trace.clocks.get(6) ?? 0n), BigInt(BASE_US - 5_000_000) * 1_000n);
  });

  it('cuts states at the ends of a window, and annotates their true times', () => {
    const part = traceOf(database, { fromUs: usAt(12), toUs: usAt(35) });
    const slices = slicesOf(part, ...KAFKA, '#1 10.0.0.1:40001 > 10.0.0.2:9200');
    deepEqual(slices.map(shown), [
      ['SYN-SENT', ns(12), ns(14.5)],
      ['ESTAB', ns(14.5), ns(20)],
      ['TIME-WAIT', ns(20), ns(35)],
    ]);
    equal(slices[0]?.args['began'], '2026-11-18T11:06:50.000000Z');
    equal(slices[0]?.args['connection'], 1);
    equal(slices[2]?.args['ended'], '2026-11-18T11:08:00.000000Z');
    deepEqual(part.instants, []);
    ok(part.counters.every(({ atNs }) => atNs >= ns(12) && atNs <= ns(35)));
  });

  it('shows the connections of a filter alone', () => {
    const condition = { sql: 'socket.id = 3', params: {} };
    const part = traceOf(database, undefined, { condition, states: undefined });
    deepEqual(
      [...new Set(part.slices.map(({ track }) => track.at(-1)))],
      ['gaps', '#3 10.0.0.1:40003 > 10.0.0.2:9200'],
    );
    equal(part.instants.length, 2);
  });

  it('is a valid trace of nothing where nothing is recorded', () => {
    const empty = databaseInMemory();
    const { tracks, clocks } = traceOf(empty);
    deepEqual([tracks.length, clocks.size], [0, 2]);
    empty.close();
  });
});

describe('names of events', () => {
  it('are written out where there are too many to intern', () => {
    const writer = new PacketWriter();
    writer.begin(BASE_US, 0);
    writer.track({ uuid: 1, name: 'track' });
    const names = Array.from({ length: 2_500 }, (_, index) => `name ${index % 1_500}`);
    for (const name of names) writer.event({ track: 1, atUs: BASE_US, type: 'instant', name });
    const { instants } = decodeTrace(writer.take());
    deepEqual(
      instants.map(({ name }) => name),
      names,
    );
  });
});

describe('tracks that are forgotten', () => {
  it('are described again with the same uuid', () => {
    const writer = new PacketWriter();
    writer.begin(BASE_US, 0);
    const tree = new TrackTree(writer, 1);
    const [one, other] = [connectionOf(1, [[1, 'ESTAB']]), connectionOf(2, [[1, 'ESTAB']], { pid: 7, comm: 'x' })];
    for (const connection of [one, other, { ...one, id: 3 }]) tree.connection(connection);
    const { tracks, descriptors } = decodeTrace(writer.take());
    equal(tracks.length, 7);
    equal(descriptors, 9);
  });
});

describe('state slices of any connection', () => {
  const STATES: readonly TcpState[] = ['SYN-SENT', 'ESTAB', 'FIN-WAIT-1', 'NEW-SYN-RECV', 'CLOSE-WAIT', 'TIME-WAIT'];
  const entered = fc
    .tuple(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 90_000 }), fc.constantFrom(...STATES)), {
        minLength: 1,
        maxLength: 6,
      }),
      fc.boolean(),
    )
    .map(([steps, isClosed]): Entered[] => {
      const sorted = steps.sort(([one], [other]) => one - other).map(([ms, state]): Entered => [ms / 1_000, state]);
      return isClosed ? [...sorted, [(sorted.at(-1)?.[0] ?? 0) + 1, 'UNCONN']] : sorted;
    });

  it('follow each other without overlap, and are its stays within the window', () => {
    fc.assert(
      fc.property(fc.array(entered, { maxLength: 5 }), fc.integer({ min: 0, max: 50 }), (histories, fromS) => {
        const connections = histories.map((steps, index) => connectionOf(index + 1, steps));
        const history = databaseOf({ connections });
        const window = { fromUs: usAt(fromS), toUs: usAt(fromS + 40) };
        const { slices } = traceOf(history, window);
        history.close();
        for (const connection of connections) {
          const found = slices.filter(({ track }) => track.at(-1)?.startsWith(`#${connection.id} `));
          const stays = staysOf(connection, window.toUs).filter(
            ({ fromUs, toUs = window.toUs }) => fromUs <= window.toUs && toUs >= window.fromUs,
          );
          deepEqual(
            found.map(({ fromNs, toNs, depth }) => [fromNs, toNs, depth]),
            stays.map(({ fromUs, toUs = window.toUs }) => [
              BigInt(Math.max(fromUs, window.fromUs)) * 1_000n,
              BigInt(Math.min(toUs, window.toUs)) * 1_000n,
              0,
            ]),
          );
        }
      }),
      { numRuns: 100 },
    );
  });
});
