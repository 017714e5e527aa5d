import { deepEqual, equal } from 'node:assert/strict';
import { join } from 'node:path';
import { loggedConnectionsBetween } from '../../src/query/connections-between.js';
import { LaneIndex } from '../../src/server/lanes/lane-index.js';
import { LaneIndexes } from '../../src/server/lanes/lane-indexes.js';
import { openForReading } from '../../src/store/database.js';
import { connectionOf, usAt, writeHistory } from '../lab/history.js';
import { Stage } from '../lab/stage.js';

const MONTHS_S = 200 * 86_400;
const ALL = { fromUs: 0, toUs: Number.MAX_SAFE_INTEGER };
const REACH = { isTimeless: true, isFollowable: true };

/** All that an index has of its rows, by id. */
function contentOf(index: LaneIndex): Map<number, unknown[]> {
  const content = new Map<number, unknown[]>();
  for (let row = 0; row < index.count; row++) {
    const segments: (readonly number[])[] = [];
    index.segments(row, (...segment) => segments.push(segment));
    const texts = [index.comms.texts[index.comm(row)], index.addresses.texts[index.peer(row)]];
    content.set(index.id(row), [
      ...[index.opened(row), index.closed(row), segments, ...texts, index.addresses.texts[index.local(row)]],
      ...[index.localPort(row), index.remotePort(row), index.netns(row), index.cgroup(row), index.isAsker(row)],
    ]);
  }
  return content;
}

describe('an index of lanes', () => {
  const stage = new Stage();
  let db: string;
  before(async () => {
    db = join(await stage.directory(), 'history.db');
    writeHistory(db, {
      connections: [
        connectionOf(1, [
          [1, 'SYN-SENT'],
          [1.00006, 'ESTAB'],
        ]),
        connectionOf(
          2,
          [
            [2, 'ESTAB', 'snapshot', 'no bound'],
            [20, 'CLOSE-WAIT', 'snapshot', 10],
            [30, 'UNCONN', 'snapshot', 25],
          ],
          { comm: 'ünï "c"', origin: 'accept', closeReason: 'reset by peer', cgroup: 7 },
        ),
        connectionOf(3, [
          [3, 'SYN-SENT'],
          [4, 'ESTAB'],
          [5, 'FIN-WAIT-1'],
          [6, 'TIME-WAIT'],
          [66, 'UNCONN', 'timer', 65],
        ]),
        connectionOf(
          4,
          [
            [4, 'SYN-RECV'],
            [MONTHS_S, 'ESTAB'],
            [MONTHS_S + 1, 'CLOSE-WAIT', 'snapshot', 40],
            [MONTHS_S + 2, 'UNCONN'],
          ],
          { closeReason: 'timed out', comm: undefined, pid: undefined, origin: 'unknown' },
        ),
        connectionOf(90, [[0, 'LISTEN', 'snapshot', 'no bound']], { origin: 'listen' }),
      ],
      endS: MONTHS_S + 10,
    });
  });
  after(() => stage[Symbol.asyncDispose]());

  it('has the same of rows as of connections', () => {
    const database = openForReading(db);
    const read = new LaneIndexes(database).of({ window: ALL, filter: undefined, key: '', reach: REACH, knownUs: 0 });
    const made = new LaneIndex();
    made.facts;
    for (const connection of loggedConnectionsBetween(database, ALL.fromUs, ALL.toUs)) made.add(connection);
    deepEqual(contentOf(read.index), contentOf(made));
    equal(made.count, 5);
    database.close();
  });

  it('has those of a part of the history, and what was added before its facts were asked for', () => {
    const database = openForReading(db);
    const ids = (fromS: number, toS: number) => {
      const window = { fromUs: usAt(fromS), toUs: usAt(toS) };
      const { index } = new LaneIndexes(database).of({
        ...{ window, filter: undefined, key: '', reach: REACH, knownUs: usAt(MONTHS_S) },
      });
      return Array.from({ length: index.count }, (_, row) => index.id(row)).sort((one, other) => one - other);
    };
    deepEqual(ids(0, 2), [1, 2, 90]);
    deepEqual(ids(31, 40), [1, 3, 4, 90]);
    // Most of it.
    deepEqual(ids(70, MONTHS_S + 10), [1, 4, 90]);
    const { index } = new LaneIndexes(database).of({
      ...{ window: ALL, filter: undefined, key: '', reach: REACH, knownUs: 0 },
    });
    const [first] = loggedConnectionsBetween(database, usAt(31), usAt(40));
    if (first === undefined) throw new Error('nothing was read');
    index.put({ ...first, comm: 'other' });
    const content = contentOf(index);
    equal(content.get(first.id)?.[3], first.comm);
    index.put({ ...first, comm: 'other' });
    equal(contentOf(index).get(first.id)?.[3], 'other');
    equal(index.comms.texts[index.comm(0)], 'java');
    database.close();
  });
});
