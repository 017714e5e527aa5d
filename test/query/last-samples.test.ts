import { deepEqual, equal } from 'node:assert/strict';
import type { Gap } from '../../src/model/gap.js';
import type { HistoryBatch } from '../../src/model/history-batch.js';
import { lastSamples } from '../../src/query/last-samples.js';
import { RunRecord } from '../../src/store/runs.js';
import { HistoryWriter } from '../../src/store/writer.js';
import { batchOf, LAB_RUN, sampleOf, usAt } from '../lab/history.js';
import { databaseInMemory } from '../lab/memory-database.js';

const NETNS = 4_026_531_840;

/** A history with a snapshot each second from 0 to 30, and what is given. */
function lastAt(
  atS: number,
  samples: HistoryBatch['samples'],
  more: { closedS?: number; gap?: Gap; runsS?: readonly number[] } = {},
) {
  const database = databaseInMemory();
  const snapshots = Array.from({ length: 31 }, (_, second) => ({
    atUs: usAt(second),
    netns: NETNS,
    sockets: 1,
    tookUs: 100,
  }));
  for (const startS of more.runsS ?? []) new RunRecord(database, { ...LAB_RUN, startedUs: usAt(startS) });
  const gaps = more.gap === undefined ? [] : [more.gap];
  new HistoryWriter(database).write({ ...batchOf({}), samples, snapshots, gaps }, usAt(31));
  const endedUs = more.closedS === undefined ? undefined : usAt(more.closedS);
  const sample = lastSamples(database, [{ id: 1, netns: NETNS, endedUs }], usAt(atS)).get(1);
  database.close();
  return sample;
}

/** Until when it held, seconds. */
function heldS(...of: Parameters<typeof lastAt>): number {
  return ((lastAt(...of)?.heldUs ?? Number.NaN) - usAt(0)) / 1e6;
}

const sample = (atS: number, changedMs = 0) => sampleOf(1, usAt(atS), { changedMs, dueMs: 10_000 });

describe('the last sample', () => {
  it('is the one at or before the instant', () => {
    const samples = [sample(2), sample(12)];
    deepEqual(
      [2, 11, 12].map((atS) => lastAt(atS, samples)?.row.at_us),
      [usAt(2), usAt(2), usAt(12)],
    );
    equal(lastAt(1, samples), undefined);
  });

  it('holds at its own moment', () => {
    equal(heldS(29, [sample(29)]), 29);
  });

  it('holds up to the snapshot before the one that found something else', () => {
    const samples = [sample(2), sample(12, 4_000)];
    deepEqual(
      [6.9, 7, 7.1, 8, 11].map((atS) => heldS(atS, samples)),
      [6.9, 7, 7, 7, 7],
    );
  });

  it('holds up to the last snapshot where no other follows, once a change would have been sampled', () => {
    deepEqual(
      [25, 30, 30.5].map((atS) => heldS(atS, [sample(2)])),
      [25, 30, 30],
    );
    equal(heldS(26, [sample(25)]), 25);
  });

  it('holds at its own moment only while a change may wait to be asked for again, which takes three snapshots', () => {
    equal(heldS(27, [sample(19)]), 19);
    equal(heldS(27, [sample(18)]), 27);
  });

  it('holds at its own moment where the next one is of the TIME-WAIT, and a change still waited', () => {
    equal(heldS(4, [sample(2), sample(6)], { closedS: 5 }), 2);
    equal(heldS(14, [sample(2), sample(16)], { closedS: 15 }), 14);
  });

  it('holds up to the last snapshot before the end of its connection', () => {
    deepEqual(
      [14, 14.5].map((atS) => heldS(atS, [sample(2)], { closedS: 14.7 })),
      [14, 14],
    );
    equal(heldS(5, [sample(2)], { closedS: 8 }), 2);
  });

  it('does not hold over a gap in the samples', () => {
    const gap: Gap = {
      fromUs: usAt(3),
      toUs: usAt(4),
      cpu: undefined,
      lost: undefined,
      reason: 'memory',
      scope: 'samples',
    };
    equal(heldS(20, [sample(2)], { gap }), 2);
    equal(heldS(20, [sample(5)], { gap }), 20);
  });

  it('holds within its run: the next one may not know what changed before its end', () => {
    const samples = [sample(2), sample(17)];
    // A change that was found at 9 was not due to be sampled when the first run ended.
    deepEqual(
      [8, 10, 16].map((atS) => heldS(atS, samples, { runsS: [0, 16.5] }).toFixed(1)),
      ['8.0', '10.0', '16.0'],
    );
    deepEqual(
      [8, 10, 16].map((atS) => heldS(atS, samples, { runsS: [0, 10.5] })),
      [2, 2, 2],
    );
    // Nor do later snapshots of a namespace with the same number.
    deepEqual(
      [2, 8, 25].map((atS) => heldS(atS, [sample(2)], { runsS: [0, 10.5] })),
      [2, 2, 2],
    );
  });

  it('does not hold up to snapshots of a later gap', () => {
    const gap: Gap = {
      ...{ fromUs: usAt(20.5), toUs: usAt(21), cpu: undefined, lost: undefined },
      ...{ reason: 'memory', scope: 'samples' },
    };
    deepEqual(
      [19.5, 20.2].map((atS) => heldS(atS, [sample(2)], { gap })),
      [19.5, 20],
    );
    deepEqual(
      [19.5, 20.2].map((atS) => heldS(atS, [sample(2), sample(25)], { gap })),
      [19.5, 20],
    );
  });

  it('of an earlier version holds at its own moment only', () => {
    const old = sampleOf(1, usAt(2));
    deepEqual(
      [2, 3].map((atS) => heldS(atS, [old])),
      [2, 2],
    );
  });
});
