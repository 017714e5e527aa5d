import type { Interval } from '../model/interval.js';
import type { RecordedRun } from '../model/run.js';
import { notesOf, notesText, type RunNote } from '../model/run-note.js';

const EXPORTED = 'the export ends here';

/**
 * The run as a part of a history has it: it covers the window alone, so that a question about another time has no answer there; it
 * has ended; and its notes have what the part is.
 */
export function slicedRun(run: RecordedRun, window: Interval | undefined, note: RunNote | undefined): RecordedRun {
  const startedUs = Math.max(run.startedUs, window?.fromUs ?? 0);
  const lastUs = Math.max(startedUs, Math.min(run.lastUs, window?.toUs ?? Number.MAX_SAFE_INTEGER));
  const isCut = run.endedUs === undefined || run.endedUs > lastUs;
  const notes = note === undefined ? run.notes : notesText([...notesOf(run.notes), note]);
  return { ...run, startedUs, lastUs, endedUs: lastUs, end: isCut ? EXPORTED : run.end, notes };
}
