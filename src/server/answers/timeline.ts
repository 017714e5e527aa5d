import { usageError } from '../../model/error.js';
import type { Interval } from '../../model/interval.js';
import { gapsTouching } from '../../query/gaps.js';
import { NameHistory } from '../../query/name-history.js';
import { spanIn } from '../../request/recorded-window.js';
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
  if (query.has('ids')) return lanesOfIds(asked, window, width);
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
  const all = rowsIn(index, window);
  const rowsOf = (key: string) => all.filter((row) => groups.of(row).key === key);
  const inOrder = (rows: Int32Array) => lanesInOrder(index, rows, { sort, window, knownUs });
  const placeOf = (id: number): LaneAnswer['place'] => {
    const found = all.find((row) => index.id(row) === id);
    if (found === undefined) return null;
    const key = grouping === 'none' ? null : groups.of(found).key;
    return { within: key, index: inOrder(key === null ? all : rowsOf(key)).indexOf(found) };
  };
  const answer = {
    ...{ from_us: window.fromUs, to_us: window.toUs, width, offset },
    place: query.has('find') ? placeOf(query.whole('find', { most: Number.MAX_SAFE_INTEGER, otherwise: 0 })) : null,
    gaps: gapMarks(gaps),
    notes: asked.notes,
  };
  if (grouping !== 'none' && !query.has('within')) {
    const found = heatRows(index, all, groups, { ...range, sort });
    const shown = found.slice(offset, offset + limit);
    const drawn = Rows.of(shown.length, () => drawnGroups(index, shown, range));
    return { ...answer, total: all.length, groups_total: found.length, groups: drawn, lanes: [] };
  }
  const rows = grouping === 'none' ? all : rowsOf(within ?? '');
  const ids = Array.from(inOrder(rows).subarray(offset, offset + limit), (row) => index.id(row));
  const reader = new LaneReader(database, places);
  const lanes = Rows.of(ids.length, () => reader.lanesOfIds(ids, range));
  return { ...answer, total: rows.length, groups_total: 0, groups: [], lanes };
}

const MOST_IDS = 100;

/** Lanes of connections by their ids, whatever the filter, in their order; those that are not known are left out. */
function lanesOfIds(asked: Asked, window: Interval, width: number): LaneAnswer {
  const { database, places, query } = asked;
  const ids = (query.text('ids') ?? '').split(',').map(Number);
  if (ids.length > MOST_IDS || !ids.every((id) => Number.isSafeInteger(id) && id > 0))
    throw usageError('usage', `ids: not 1 to ${MOST_IDS} ids of connections, separated by commas`);
  const gaps = gapsTouching(database, window.fromUs, window.toUs);
  noteGaps(gaps, window, asked.note);
  const knownUs = spanIn(database)?.toUs ?? window.fromUs;
  const lanes = [...new LaneReader(database, places).lanesOfIds(ids, { window, width, knownUs })];
  return {
    ...{ from_us: window.fromUs, to_us: window.toUs, width, offset: 0, total: lanes.length, groups_total: 0 },
    ...{ place: null, groups: [], lanes, gaps: gapMarks(gaps), notes: asked.notes },
  };
}
