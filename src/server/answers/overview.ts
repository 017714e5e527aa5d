import { gapsTouching } from '../../query/gaps.js';
import { everIn } from '../../query/history-filter.js';
import { instantAt } from '../../query/instants.js';
import { openingCounts } from '../../query/opening-counts.js';
import { socketCounts } from '../../query/socket-counts.js';
import { spanIn } from '../../request/recorded-window.js';
import { noteGaps, notePruned } from '../../request/window-notes.js';
import type { Overview } from '../contract.js';
import type { Asked } from './asked.js';
import { gapMarks } from './gap-marks.js';

const DEFAULT_BUCKETS = 200;
const MOST_BUCKETS = 4_000;

/** GET /api/overview. */
export async function overview(asked: Asked): Promise<Overview> {
  const { database, query } = asked;
  const { fromUs, toUs } = asked.window();
  const most = query.whole('buckets', { least: 1, most: MOST_BUCKETS, otherwise: DEFAULT_BUCKETS });
  const stepUs = Math.ceil((toUs - fromUs) / most);
  const count = Math.ceil((toUs - fromUs) / stepUs);
  const filter = await asked.filter({ fromUs, toUs });
  const gaps = gapsTouching(database, fromUs, toUs);
  noteGaps(gaps, { fromUs, toUs }, asked.note);
  notePruned(database, fromUs, asked.note);
  const instants = { firstUs: fromUs, stepUs, count };
  // What comes after is not known.
  const endUs = spanIn(database)?.toUs ?? fromUs;
  const states: Record<string, number[]> = {};
  for (const [state, counts] of socketCounts(database, instants, filter)) {
    if (state === 'LISTEN') continue;
    const known = counts.map((each, place) => (instantAt(instants, place) > endUs ? 0 : each));
    if (known.some((each) => each > 0)) states[state] = known;
  }
  const { opened, failed } = openingCounts(database, { fromUs, stepUs, count }, everIn(filter));
  return {
    ...{ from_us: fromUs, to_us: toUs, bucket_us: stepUs },
    ...{ states, opened: [...opened], failed: [...failed] },
    gaps: gapMarks(gaps),
    notes: asked.notes,
  };
}
