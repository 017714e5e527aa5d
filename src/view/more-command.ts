/** The command that shows more of a trouble. */
import type { Trouble } from '../explain/explanation.js';
import { localTime } from '../model/time-text.js';

const SECOND_US = 1_000_000;
/** `2026-11-21 02:13:33` */
const SECONDS_LENGTH = 19;
/** What a shell takes as it is. */
const PLAIN = /^[\w./:,=@%+-]+$/;

/** In words: `sstory timeline --oneline dst 10.4.1.80:9200 --since ... --until ...`, whole seconds around the trouble. */
export function moreWords({ more, netns, fromUs, toUs }: Trouble, netnsName: string | undefined): string[] {
  // The id of a connection needs no namespace.
  if (more[0] === 'explain') return ['sstory', ...more, '--at', localTime(toUs)];
  const since = secondText(Math.floor(fromUs / SECOND_US));
  const until = secondText(Math.ceil(toUs / SECOND_US));
  return ['sstory', ...more, '-N', netnsName ?? `${netns}`, '--since', since, '--until', until];
}

/** Words as they are typed in a shell. */
export function shellText(words: readonly string[]): string {
  return words.map((word) => (PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
}

function secondText(second: number): string {
  return localTime(second * SECOND_US).slice(0, SECONDS_LENGTH);
}
