/** Troubles in words, and the filter that selects their connections. */
import { counted } from '../../model/counted.js';
import { printable } from '../../model/printable.js';
import type { TroubleLine } from '../explained.js';

export type Severity = 'severe' | 'moderate' | 'minor';

/** Connects that fail are severe, what is stuck or leaks is moderate, what is untidy is minor: as `sstory explain` weighs them. */
export function severityOf({ severity }: Pick<TroubleLine, 'severity'>): Severity {
  if (severity >= 60) return 'severe';
  return severity >= 40 ? 'moderate' : 'minor';
}

/** `unanswered SYN` as a heading: `Unanswered SYN`. */
export function kindText(kind: string): string {
  return kind.charAt(0).toUpperCase() + kind.slice(1);
}

const MOST_LISTED = 2;

/** The first of them, and how many more there are. */
export function listText(texts: readonly string[]): string {
  const rest = texts.length - MOST_LISTED;
  return `${texts.slice(0, MOST_LISTED).map(printable).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** `2 severe, 1 minor`. */
export function summaryText(troubles: readonly TroubleLine[]): string {
  const order: readonly Severity[] = ['severe', 'moderate', 'minor'];
  return order
    .map((each) => [each, troubles.filter((trouble) => severityOf(trouble) === each).length] as const)
    .filter(([, count]) => count > 0)
    .map(([each, count]) => `${count} ${each}`)
    .join(', ');
}

export function countText({ count }: TroubleLine): string {
  return count === 1 ? '1 connection' : counted(count, 'connection');
}

/**
 * The filter of the command that shows more: `sstory timeline --oneline dst 10.4.1.80:9200 -N web --since ...` has `dst
 * 10.4.1.80:9200`. Undefined: the command is about one connection.
 */
export function filterOf(more: readonly string[]): string | undefined {
  const [, command, ...rest] = more;
  if (command === 'explain') return undefined;
  const words: string[] = [];
  for (let index = 0; index < rest.length; index++) {
    const word = rest[index] ?? '';
    if (WITH_VALUE.has(word)) index++;
    else if (!word.startsWith('--')) words.push(word);
  }
  return words.length === 0 ? undefined : words.join(' ');
}

const WITH_VALUE = new Set(['-N', '--netns', '--since', '--until', '--by', '--at']);

/** A range around a trouble: a quarter of its length before and behind it, a second at least. */
export function rangeAround({ from_us, to_us }: Pick<TroubleLine, 'from_us' | 'to_us'>): { from: number; to: number } {
  const margin = Math.max(1e6, (to_us - from_us) / 4);
  return { from: Math.floor(from_us - margin), to: Math.ceil(to_us + margin) };
}

/** A filter without the states that it begins with: troubles are of connections, whatever their state. */
export function withoutStates(filter: string): string {
  return filter.trim().replace(/^(?:(?:state|exclude|excl)\s+\S+\s*)+/, '');
}
