import { everIn } from '../../query/history-filter.js';
import { lastEntries } from '../../query/log-backwards.js';
import { earliestEntryUs } from '../../query/span.js';

import { notePruned } from '../../request/window-notes.js';
import { gapJson } from '../../view/gap-text.js';
import { TransitionObjects } from '../../view/transition-json.js';
import type { LogAnswer } from '../contract.js';
import { type InRows, Rows } from '../pieces/rows.js';
import type { Asked } from './asked.js';

const DEFAULT_LINES = 500;
const MOST_LINES = 10_000;

/** GET /api/log: the last lines of a range. */
export async function log(asked: Asked): Promise<InRows<LogAnswer>> {
  const { database, places, query } = asked;
  const { fromUs, toUs } = asked.window();
  const limit = query.whole('limit', { least: 1, most: MOST_LINES, otherwise: DEFAULT_LINES });
  const condition = everIn(await asked.filter({ fromUs, toUs }));
  notePruned(database, fromUs, asked.note);
  const firstUs = earliestEntryUs(database);
  // One more shows whether some are left out.
  const entries =
    firstUs === undefined ? [] : lastEntries(database, Math.max(fromUs, firstUs), toUs, limit + 1, condition);
  const objects = new TransitionObjects(places);
  const truncated = entries.filter(({ kind }) => kind === 'transition').length > limit;
  const first = entries.findIndex(({ kind }) => kind === 'transition');
  const shown = truncated ? entries.toSpliced(first, 1) : entries;
  const rows = Rows.ofLines<Record<string, unknown>>(shown.length, function* () {
    for (const entry of shown)
      yield entry.kind === 'gap' ? gapJson(entry.gap) : objects.line(entry.connection, entry.step);
  });
  return { from_us: fromUs, to_us: toUs, rows, truncated, notes: asked.notes };
}
