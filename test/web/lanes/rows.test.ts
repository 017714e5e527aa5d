import { deepEqual, equal, match, ok } from 'node:assert/strict';
import fc from 'fast-check';
import type { Lane, LaneGroup } from '../../../src/server/contract.js';
import {
  cellFilters,
  isListener,
  laneLabel,
  lastedText,
  localPortText,
  localText,
  remoteText,
  staleText,
  stateWords,
} from '../../../src/web/lanes/lane-words.js';
import { RowLayout, windowAt } from '../../../src/web/lanes/row-layout.js';
import { keptOrder } from '../../../src/web/lanes/row-order.js';
import { certaintyOf, paintOf, runAt, spanOf } from '../../../src/web/lanes/runs.js';

const groupOf = (key: string, connections: number): LaneGroup => {
  return { key, label: key, filter: null, connections, troubled: 0, runs: [] };
};

const LANE: Lane = {
  connection_id: 7,
  ...{ netns: 1, netns_name: null, family: 4, local_addr: '10.0.0.1', local_port: 40_007 },
  ...{
    remote_addr: '2001:db8::2',
    remote_port: 9200,
    remote_name: 'es.prod',
    stale_name: null,
    origin: 'connect',
    pid: 42,
    comm: 'java',
  },
  ...{ container: null, unit: null, opened_us: 1_000_000, closed_us: 4_500_000, close_reason: 'refused' },
  ...{ state: 'UNCONN', runs: [], markers: [] },
};

describe('the rows of lanes', () => {
  it('are the lanes, where nothing is grouped', () => {
    const rows = new RowLayout(undefined, 3, new Set());
    equal(rows.count, 3);
    deepEqual(rows.rowAt(2), { kind: 'lane', within: undefined, index: 2 });
    equal(rows.rowAt(3), undefined);
  });

  it('are groups, with the lanes of those that are expanded below them', () => {
    const groups = [groupOf('a', 2), groupOf('b', 3), groupOf('c', 1)];
    const rows = new RowLayout(groups, 6, new Set(['b']));
    const texts = Array.from({ length: rows.count }, (_, index) => {
      const row = rows.rowAt(index);
      return row?.kind === 'group' ? row.group.key : `${row?.within}${row?.index}`;
    });
    deepEqual(texts, ['a', 'b', 'b0', 'b1', 'b2', 'c']);
  });

  it('are found by the place of their lane', () => {
    const groups = [groupOf('a', 2), groupOf('b', 3)];
    const rows = new RowLayout(groups, 5, new Set(['b']));
    equal(rows.rowOf({ within: 'b', index: 1 }), 3);
    equal(rows.rowOf({ within: 'a', index: 1 }), undefined);
    equal(new RowLayout(undefined, 5, new Set()).rowOf({ within: undefined, index: 4 }), 4);
  });

  it('are ready where they can be seen, and no row is missing', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.integer({ min: 24, max: 2000 }), fc.nat(100_000), (top, height, count) => {
        const { first, end } = windowAt(top, height, 24, count);
        ok(first <= Math.floor(top / 24) || first === count - 1 || first === 0);
        ok(end >= Math.min(count, Math.ceil((top + height) / 24)));
      }),
    );
  });

  it('stay the same while one scrolls by less than a few rows', () => {
    deepEqual(windowAt(1003, 400, 24, 10_000), windowAt(1006, 400, 24, 10_000));
  });
});

describe('rows that someone looks at', () => {
  const lanesOf = (...ids: readonly number[]) => ids.map((id) => ({ ...LANE, connection_id: id }));
  const idOf = ({ connection_id: id }: Lane) => id;
  const idsOf = (lanes: readonly Lane[]) => lanes.map(idOf);

  it('stay in their order, and new ones wait', () => {
    const { rows, stale, left } = keptOrder(lanesOf(1, 2, 3), lanesOf(9, 3, 1), idOf, 3);
    deepEqual([idsOf(rows), idsOf(stale), left], [[1, 2, 3], [2], 1]);
  });

  it('are followed by new ones where there is room', () => {
    const { rows, left } = keptOrder(lanesOf(1, 2), lanesOf(9, 2, 1, 8), idOf, 3);
    deepEqual([idsOf(rows), left], [[1, 2, 9], 1]);
  });
});

describe('the runs of a lane', () => {
  it('are found by pixel, and near it', () => {
    const runs = [
      [0, 4, 4, 0],
      [6, 20, 11, 1],
    ] as [number, number, number, number][];
    deepEqual(runAt(runs, 3), runs[0]);
    equal(runAt(runs, 5), undefined);
    deepEqual(runAt(runs, 5, 1), runs[1]);
    deepEqual(runAt(runs, 22, 3), runs[1]);
  });

  it('say state, certainty and time', () => {
    equal(paintOf([0, 1, 4, 0]), 'SYN-SENT');
    equal(certaintyOf([0, 1, 4, 1]), 'inferred');
    deepEqual(spanOf([5, 10, 4, 1], { fromUs: 0, toUs: 1000 }, 100), { fromUs: 50, toUs: 100 });
  });
});

describe('the cells of a row', () => {
  it('have the state, or how it ended, in words', () => {
    equal(stateWords(LANE).text, 'refused');
    equal(stateWords({ ...LANE, close_reason: 'orderly' }).text, 'closed');
    equal(stateWords({ ...LANE, state: 'ESTAB', close_reason: null }).text, 'ESTAB');
  });

  it('say how long it was open, and whether it still is', () => {
    equal(lastedText(LANE, 9_000_000), '3.5s');
    equal(lastedText({ ...LANE, closed_us: null }, 9_000_000), '8s+');
  });

  it('are filters in the language of ss', () => {
    deepEqual(cellFilters(LANE), {
      process: 'comm = java',
      local: 'sport = :40007',
      peer: 'dst [2001:db8::2]:9200',
      state: undefined,
    });
    equal(cellFilters({ ...LANE, comm: 'tmux: server' }).process, 'pid = 42');
    equal(cellFilters({ ...LANE, state: 'ESTAB' }).state, 'state established');
  });

  it('say what is known of a connect that failed at once, and do not call it a listener', () => {
    const none = { local_port: 0, local_addr: '0.0.0.0', remote_name: null };
    const failed = { ...LANE, ...none, close_reason: 'failed', remote_addr: '0.0.0.0', remote_port: 0 };
    equal(isListener(failed), false);
    deepEqual([localText(failed), localPortText(failed), remoteText(failed)], ['not recorded', '–', 'not recorded']);
    deepEqual([cellFilters(failed).local, cellFilters(failed).peer], [undefined, undefined]);
    equal(remoteText({ ...failed, remote_addr: '10.0.0.9', remote_port: 80 }), '10.0.0.9:80');
    equal(isListener({ ...failed, origin: 'listen' }), true);
  });

  it('say that a name was stale', () => {
    equal(staleText(LANE), undefined);
    const stale = { ...LANE, stale_name: { name: 'kafka.test', ended_us: 0 } };
    match(staleText(stale) ?? '', /^stale name: kafka\.test had moved away from \[2001:db8::2\]:9200 by 1970-01-01 /);
  });

  it('describe the lane to those who do not see it', () => {
    const lane: Lane = {
      ...LANE,
      runs: [
        [0, 4, 4, 0],
        [4, 9, 11, 1],
      ],
      markers: [
        [1, 'retransmit', 2],
        [2, 'retransmit', 1],
        [9, 'reset-received', 1],
      ],
    };
    equal(laneLabel(lane), 'SYN-SENT, ESTAB, in parts inferred; 3 retransmits; reset received');
  });
});
