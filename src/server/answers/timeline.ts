import { gapsTouching } from '../../query/gaps.js';
import { NameHistory } from '../../query/name-history.js';
import { noteGaps, notePruned } from '../../request/window-notes.js';
import { GROUPINGS, type LaneAnswer, SORTS } from '../contract.js';
import { drawnGroups, Groups, heatRows } from '../lanes/lane-groups.js';
import type { LaneIndexes } from '../lanes/lane-indexes.js';
import { lanesInOrder, rowsIn } from '../lanes/lane-order.js';
import { LaneReader } from '../lanes/lane-reader.js';
import { type InRows, Rows } from '../pieces/rows.js';
import type { Asked } from './asked.js';
import { gapMarks } from './gap-marks.js';
import { CUT_NOTE, indexOf } from './indexed.js';

const DEFAULT_WIDTH = 1_000;
const WIDEST = 8_192;
const DEFAULT_LANES = 100;
const MOST_LANES = 10_000;

/** GET /api/timeline. */
export async function timeline(asked: Asked, indexes: LaneIndexes): Promise<InRows<LaneAnswer>> {
  const { database, query, places } = asked;
  const window = asked.window();
  const width = query.whole('width', { least: 1, most: WIDEST, otherwise: DEFAULT_WIDTH });
  const grouping = query.oneOf('group', GROUPINGS, 'none');
  const within = query.text('within');
  const sort = query.oneOf('sort', SORTS, 'worst');
  const offset = query.whole('offset', { most: Number.MAX_SAFE_INTEGER, otherwise: 0 });
  const limit = query.whole('limit', { most: MOST_LANES, otherwise: DEFAULT_LANES });
  const { index, cut, knownUs } = await indexOf(asked, window, indexes);
  if (cut) asked.note(CUT_NOTE);
  const gaps = gapsTouching(database, window.fromUs, window.toUs);
  noteGaps(gaps, window, asked.note);
  notePruned(database, window.fromUs, asked.note);
  const groups = new Groups(index, grouping, { places, names: new NameHistory(database) });
  const range = { window, width, knownUs };
  const answer = {
    ...{ from_us: window.fromUs, to_us: window.toUs, width, offset },
    gaps: gapMarks(gaps),
    notes: asked.notes,
  };
  const all = rowsIn(index, window);
  if (grouping !== 'none' && !query.has('within')) {
    const found = heatRows(index, all, groups, { ...range, sort });
    const shown = found.slice(offset, offset + limit);
    const drawn = Rows.of(shown.length, () => drawnGroups(index, shown, range));
    return { ...answer, total: all.length, groups_total: found.length, groups: drawn, lanes: [] };
  }
  const rows = grouping === 'none' ? all : all.filter((row) => groups.of(row).key === (within ?? ''));
  const order = lanesInOrder(index, rows, { sort, window, knownUs });
  const ids = Array.from(order.subarray(offset, offset + limit), (row) => index.id(row));
  const reader = new LaneReader(database, places);
  const lanes = Rows.of(ids.length, () => reader.lanesOfIds(ids, range));
  return { ...answer, total: rows.length, groups_total: 0, groups: [], lanes };
}
