/** What a run notes about itself, for those who read its history: the column `runs.notes`. */

/**
 * `probe`: what could not be attached. `names`: what was left out or missed. `import`: what a part holds. `dump`: which file it was.
 * `fleet`: what a slice of a fleet's tables has of a host.
 */
export type RunNoteSubject = 'probe' | 'names' | 'import' | 'dump' | 'fleet';

export interface RunNote {
  readonly subject: RunNoteSubject;
  readonly text: string;
}

/** What a host sent of a range with `--what all`; with another choice its ordinary short connections are missing. */
export const SLICE_OF_ALL: RunNote = { subject: 'fleet', text: 'what the host sent of a range' };
export const SLICE_OF_SOME: RunNote = {
  subject: 'fleet',
  text: 'what the host sent of a range, without its ordinary short connections',
};

/** Subjects of the notes of a run that is not there as a whole. */
const PARTS: ReadonlySet<RunNoteSubject> = new Set<RunNoteSubject>(['import', 'fleet']);

/** Whether only a part of the run's history is there: of other times or connections than its own nothing is known. */
export function isPart({ notes }: { readonly notes: readonly RunNote[] }): boolean {
  return notes.some(({ subject }) => PARTS.has(subject));
}

/** The note as one line of a terminal. */
export function noteLine({ subject, text }: RunNote): string {
  return `${subject}: ${text}`;
}

/** The text of the column: a JSON array of `{subject, text}`. */
export function notesText(notes: readonly RunNote[]): string {
  return JSON.stringify(notes.map(({ subject, text }) => ({ subject, text })));
}

/** The notes in the column's text. */
export function notesOf(text: string): readonly RunNote[] {
  return notesOfJson(text) ?? notesOfSentences(text);
}

function notesOfJson(text: string): readonly RunNote[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every(isNote) ? value : undefined;
  } catch {
    return undefined;
  }
}

const SUBJECTS: ReadonlySet<unknown> = new Set<RunNoteSubject>(['probe', 'names', 'import', 'dump', 'fleet']);

function isNote(value: unknown): value is RunNote {
  if (typeof value !== 'object' || value === null || !('subject' in value) || !('text' in value)) return false;
  return SUBJECTS.has(value.subject) && typeof value.text === 'string';
}

const SEPARATOR = '; ';
const NAMES = 'names: ';
const IMPORT = 'imported in part: ';
/** `FILE, modified MICROSECONDS, sha256 DIGEST`; the file's name may hold anything. */
const DUMP = /^.*, modified (?:\d+|at an unknown time), sha256 [0-9a-f]+/s;

/** Older databases: sentences joined by semicolons. */
function notesOfSentences(text: string): readonly RunNote[] {
  const dump = DUMP.exec(text)?.[0];
  if (dump !== undefined) return [{ subject: 'dump', text: dump }, ...notesOfSentences(text.slice(dump.length))];
  return text
    .split(SEPARATOR)
    .filter((sentence) => sentence !== '')
    .map(noteOfSentence);
}

function noteOfSentence(sentence: string): RunNote {
  if (sentence.startsWith(NAMES)) return { subject: 'names', text: sentence.slice(NAMES.length) };
  return { subject: sentence.startsWith(IMPORT) ? 'import' : 'probe', text: sentence };
}
