import { counted } from '../../model/counted.js';
import { usageError } from '../../model/error.js';
import { differenceBetween } from '../../query/difference.js';
import { gapsTouching } from '../../query/gaps.js';
import { recordedMoment } from '../../request/recorded-window.js';
import { noteBeforeSnapshot, noteClockSetBack, noteGaps, notePruned } from '../../request/window-notes.js';
import { changeJson } from '../../view/difference-lines.js';
import type { DiffAnswer } from '../contract.js';
import { type InRows, Rows } from '../pieces/rows.js';
import type { Asked } from './asked.js';
import { commandOver, timeWord } from './command-line.js';

/** GET /api/diff: what changed in the socket table from `first` to `second`. */
export async function diff(asked: Asked): Promise<InRows<DiffAnswer>> {
  const { database, file, places, span, note } = asked;
  const moment = (name: 'first' | 'second') => {
    const text = asked.timeText(name);
    if (text !== undefined) return recordedMoment(name, text, span, file, note);
    throw usageError('two-instants', `the parameter ${name} is missing`);
  };
  const [one, other] = [moment('first'), moment('second')];
  const window = { fromUs: Math.min(one, other), toUs: Math.max(one, other) };
  notePruned(database, window.fromUs, note);
  const netns = asked.netns(window);
  const filter = await asked.filter(window, netns);
  const { changes, before, after, notSampled } = differenceBetween(database, window.fromUs, window.toUs, {
    condition: filter?.condition,
    states: filter?.states,
  });
  note(`${counted(before, 'socket')} before, ${counted(after, 'socket')} after`);
  for (const us of new Set([window.fromUs, window.toUs])) noteBeforeSnapshot(database, us, await netns, note);
  for (const us of new Set([window.fromUs, window.toUs])) noteClockSetBack(database, { fromUs: us, toUs: us }, note);
  if (notSampled > 0)
    note(`queues of ${counted(notSampled, 'socket')} were not sampled at both times: whether they grew is unknown`);
  noteGaps(gapsTouching(database, window.fromUs, window.toUs), window, note);
  return {
    first_us: window.fromUs,
    second_us: window.toUs,
    command: commandOver(asked, ['diff', timeWord(window.fromUs), timeWord(window.toUs)]),
    rows: Rows.ofLines(changes.length, function* () {
      for (const change of changes) yield changeJson(change, places);
    }),
    notes: asked.notes,
  };
}
