import { deepEqual, equal } from 'node:assert/strict';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import type { Connection } from '../../src/model/connection.js';
import type { GroupKind } from '../../src/query/ranking/group-key.js';
import { inRankOrder } from '../../src/query/ranking/rank-order.js';
import { rankedGroups } from '../../src/query/ranking/ranking.js';
import { openForReading, openForWriting } from '../../src/store/database.js';
import { NameWriter } from '../../src/store/name-writer.js';
import { connectionOf, sampleOf, usAt, writeHistory } from '../lab/history.js';
import { Stage } from '../lab/stage.js';

const window = (fromS: number, toS: number) => ({ fromUs: usAt(fromS), toUs: usAt(toS) });

/** Ends that differ from those of connectionOf. */
const to = (remoteAddr: string, remotePort: number, localPort = 40_000) => ({
  tuple: { family: 4, localAddr: '10.0.0.1', localPort, remoteAddr, remotePort } as const,
});

describe('the ranking of connections', () => {
  const stage = new Stage();
  let database: Database.Database;

  before(async () => {
    const path = join(await stage.directory(), 'history.db');
    // Connect times of 1 to 20 ms, one second apart.
    const quick = Array.from(
      { length: 20 },
      (_, index): Connection =>
        connectionOf(index + 1, [
          [index, 'SYN-SENT'],
          [index + (index + 1) / 1_000, 'ESTAB'],
          [index + 0.5, 'UNCONN'],
        ]),
    );
    const failed = { closeReason: 'refused', bytesSent: undefined, bytesReceived: undefined } as const;
    writeHistory(path, {
      connections: [
        ...quick,
        connectionOf(
          21,
          [
            [30, 'SYN-SENT'],
            [30.1, 'UNCONN'],
          ],
          { ...failed, comm: 'curl', ...to('10.0.0.3', 80) },
        ),
        connectionOf(
          22,
          [
            [31, 'SYN-SENT'],
            [31.1, 'UNCONN'],
          ],
          { ...failed, comm: 'curl', retransmits: 2 },
        ),
        connectionOf(23, [[5, 'LISTEN']], { origin: 'listen', ...to('0.0.0.0', 0, 443) }),
        connectionOf(
          24,
          [
            [40, 'SYN-RECV'],
            [40.1, 'ESTAB'],
          ],
          { origin: 'accept', comm: 'nginx', ...to('10.0.0.9', 50_000, 443) },
        ),
        connectionOf(25, [[0, 'ESTAB', 'snapshot', 'no bound']], {
          origin: 'before-recording',
          comm: 'nginx',
          ...to('::ffff:10.0.0.9', 50_001, 443),
          bytesSent: 1_000,
          bytesReceived: 500,
          retransmits: 9,
        }),
        connectionOf(
          26,
          [
            [41, 'SYN-SENT'],
            [41.2, 'ESTAB', 'snapshot', 41],
          ],
          { comm: 'ssh', ...to('10.0.0.4', 22) },
        ),
        connectionOf(
          27,
          [
            [42, 'SYN-SENT'],
            [42.1, 'ESTAB'],
            [43, 'TIME-WAIT'],
          ],
          { comm: 'ssh', ...to('10.0.0.4', 22) },
        ),
      ],
      samples: [
        sampleOf(25, usAt(1), { bytesSent: 400, bytesReceived: 100, totalRetrans: 4 }),
        sampleOf(25, usAt(50), { bytesSent: 700, bytesReceived: 400, totalRetrans: 6 }),
      ],
    });
    const writer = openForWriting(path);
    new NameWriter(writer).write([
      {
        name: 'web.test',
        address: '10.0.0.9',
        fromUs: usAt(0),
        toUs: usAt(39),
        source: 'dns',
        netns: 1,
        ended: 'replaced',
      },
      {
        name: 'new.test',
        address: '10.0.0.9',
        fromUs: usAt(39),
        toUs: undefined,
        source: 'dns',
        netns: 1,
        ended: undefined,
      },
    ]);
    writer.close();
    database = openForReading(path);
  });
  after(async () => {
    database.close();
    await stage[Symbol.asyncDispose]();
  });

  const ranked = (kind: GroupKind, fromS = 0, toS = 100) =>
    inRankOrder(rankedGroups(database, window(fromS, toS), undefined, kind), 'connects');
  const keys = (kind: GroupKind) =>
    ranked(kind).map(({ key, connects, accepts, open }) => [key, connects, accepts, open]);

  it('has exact percentiles of the connect times that were observed', () => {
    const [java] = ranked('process');
    deepEqual(java?.connectTime, { count: 20, medianUs: 10_000, p95Us: 19_000 });
    equal(ranked('process').find(({ key }) => key === 'ssh')?.connectTime?.count, 1);
  });

  it('counts failures by reason, and does not invent bytes', () => {
    const curl = ranked('process').find(({ key }) => key === 'curl');
    deepEqual([curl?.failed, [...(curl?.failures ?? [])], curl?.retransmits], [2, [['refused', 2]], 2]);
    deepEqual([curl?.bytesSent, curl?.connectTime], [undefined, undefined]);
  });

  it('groups by process, peer, port, name and network namespace, without listeners', () => {
    deepEqual(keys('process'), [
      ['java', 20, 0, 0],
      ['curl', 2, 0, 0],
      ['ssh', 2, 0, 1],
      ['nginx', 0, 1, 2],
    ]);
    deepEqual(keys('peer'), [
      ['10.0.0.2', 21, 0, 0],
      ['10.0.0.4', 2, 0, 1],
      ['10.0.0.3', 1, 0, 0],
      ['10.0.0.9', 0, 1, 2],
    ]);
    deepEqual(keys('port'), [
      [9_200, 21, 0, 0],
      [22, 2, 0, 1],
      [80, 1, 0, 0],
      [443, 0, 1, 2],
    ]);
    deepEqual(keys('name'), [
      [undefined, 24, 0, 1],
      ['new.test', 0, 1, 1],
      ['web.test', 0, 0, 1],
    ]);
    deepEqual(keys('netns'), [[1, 24, 1, 3]]);
    deepEqual(keys('container'), [[undefined, 24, 1, 3]]);
  });

  it('has the traffic of the time range alone, as far as samples show it', () => {
    const traffic = (fromS: number, toS: number) => {
      const nginx = ranked('process', fromS, toS).find(({ key }) => key === 'nginx');
      return [nginx?.bytesSent, nginx?.bytesReceived, nginx?.retransmits, nginx?.open];
    };
    // That of before the recording, up to the first sample, is left out; 10 and 20 bytes are those of connection 24.
    deepEqual(traffic(0, 100), [600 + 10, 400 + 20, 5, 2]);
    deepEqual(traffic(51, 100), [300 + 10, 100 + 20, 3, 2]);
    deepEqual(traffic(10, 39), [0, 0, 0, 1]);
  });

  it('orders by any column', () => {
    const groups = rankedGroups(database, window(0, 100), undefined, 'process');
    const first = (order: Parameters<typeof inRankOrder>[1]) => inRankOrder(groups, order)[0]?.key;
    deepEqual((['connects', 'failed', 'p95', 'open', 'bytes', 'retransmits'] as const).map(first), [
      'java',
      'curl',
      'ssh',
      'nginx',
      'nginx',
      'nginx',
    ]);
  });
});
