import { shownState } from '../../model/tcp-state.js';
import { gapsTouching } from '../../query/gaps.js';
import { everIn, type HistoryFilter } from '../../query/history-filter.js';
import { instantAt } from '../../query/instants.js';
import { type Buckets, openingCounts } from '../../query/opening-counts.js';
import { socketCounts } from '../../query/socket-counts.js';
import { noteBeforeSnapshot, noteClockSetBack, noteGaps, notePruned } from '../../request/window-notes.js';
import type { Overview } from '../contract.js';
import { type BucketCounts, bucketCounts } from '../lanes/bucket-counts.js';
import type { LaneIndexes } from '../lanes/lane-indexes.js';
import type { Asked } from './asked.js';
import { gapMarks } from './gap-marks.js';
import { indexOf } from './indexed.js';

const DEFAULT_BUCKETS = 200;
const MOST_BUCKETS = 4_000;

type ShownState = ReturnType<typeof shownState>;

/** GET /api/overview. */
export async function overview(asked: Asked, indexes: LaneIndexes): Promise<Overview> {
  const { database, query } = asked;
  const { fromUs, toUs } = asked.window();
  const most = query.whole('buckets', { least: 1, most: MOST_BUCKETS, otherwise: DEFAULT_BUCKETS });
  const stepUs = Math.ceil((toUs - fromUs) / most);
  const count = Math.ceil((toUs - fromUs) / stepUs);
  const gaps = gapsTouching(database, fromUs, toUs);
  noteGaps(gaps, { fromUs, toUs }, asked.note);
  notePruned(database, fromUs, asked.note);
  noteBeforeSnapshot(database, fromUs, await asked.netns({ fromUs, toUs }), asked.note);
  noteClockSetBack(database, { fromUs, toUs }, asked.note);
  const buckets = { fromUs, stepUs, count };
  const { index, cut, knownUs, filter } = await indexOf(asked, { fromUs, toUs }, indexes);
  const { states, opened, failed } = cut
    ? asked.remembered.of(keyOf(asked, buckets), () => countsRead(asked, buckets, knownUs, filter))
    : bucketCounts(index, buckets, knownUs);
  // With states, only the time that connections spent in them counts.
  const wanted = filter?.states && new Set([...filter.states].map(shownState));
  const isShown = (state: string) => state !== 'LISTEN' && (wanted?.has(state as ShownState) ?? true);
  return {
    ...{ from_us: fromUs, to_us: toUs, bucket_us: stepUs },
    states: Object.fromEntries(
      [...states].filter(([state]) => isShown(state)).map(([state, counts]) => [state, [...counts]]),
    ),
    ...{ opened: [...opened], failed: [...failed] },
    gaps: gapMarks(gaps),
    notes: asked.notes,
  };
}

function keyOf({ words, query }: Asked, buckets: Buckets): string {
  return JSON.stringify(['overview', buckets, words, query.text('netns')]);
}

/** Of more connections than an index has. */
function countsRead(
  { database }: Asked,
  { fromUs, stepUs, count }: Buckets,
  knownUs: number,
  filter: HistoryFilter | undefined,
): BucketCounts {
  const instants = { firstUs: fromUs, stepUs, count };
  const states = new Map<string, readonly number[]>();
  for (const [state, counts] of socketCounts(database, instants, filter).states) {
    const known = counts.map((each, place) => (instantAt(instants, place) > knownUs ? 0 : each));
    if (known.some((each) => each > 0)) states.set(state, known);
  }
  return { states, ...openingCounts(database, { fromUs, stepUs, count }, everIn(filter)) };
}
