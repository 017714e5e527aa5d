/** The command that prints what the page shows. */
import { isoTime } from '../../model/time-text.js';
import { shellText } from '../../view/more-command.js';
import type { Asked } from './asked.js';

/** A command over the same file, its namespace and filter added. `words`: its name and arguments. */
export function commandOver(asked: Asked, words: readonly string[], { netnsAlways = false } = {}): string {
  const netns = asked.query.text('netns');
  return shellText([
    'sstory',
    ...words,
    ...(netns !== undefined ? ['-N', netns] : netnsAlways ? ['-N', 'all'] : []),
    '--db',
    asked.file,
    ...(asked.words.length === 0 ? [] : [asked.words.join(' ')]),
  ]);
}

/** A time as an argument, exact and in no one's time zone. */
export function timeWord(us: number): string {
  return isoTime(us);
}
