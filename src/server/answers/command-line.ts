/** The command that prints what the page shows. */
import { isoTime } from '../../model/time-text.js';
import { shellText } from '../../view/more-command.js';
import type { SliceOf } from '../query.js';
import type { Asked } from './asked.js';

/**
 * A command over the same file, its namespace and filter added. `words`: its name and arguments. Of a slice of a fleet: over that, or an
 * empty text where no command does the same.
 */
export function commandOver(asked: Asked, words: readonly string[], { netnsAlways = false } = {}): string {
  const { sliceOf } = asked.query;
  if (sliceOf !== undefined) return commandOverFleet(asked, words, sliceOf);
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

/** Those that take `--fleet`, and what they are asked by. */
const OVER_FLEET: Readonly<Record<string, 'filter' | 'id'>> = {
  ss: 'filter',
  timeline: 'id',
};

function commandOverFleet(asked: Asked, words: readonly string[], { fleet, host }: SliceOf): string {
  const [name = '', ...rest] = words;
  const by = OVER_FLEET[name];
  if (by === undefined) return '';
  if (by === 'id')
    return shellText([
      'sstory',
      name,
      ...rest.filter((word) => word !== '--id').map((id) => `${host}:${id}`),
      '--fleet',
      fleet,
    ]);
  const filter = asked.words.length === 0 ? '' : ` and ( ${asked.words.join(' ')} )`;
  return shellText(['sstory', ...words, '-N', 'all', '--fleet', fleet, `machine ${host}${filter}`]);
}

/** A time as an argument, exact and in no one's time zone. */
export function timeWord(us: number): string {
  return isoTime(us);
}
