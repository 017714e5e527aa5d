/** -N of the commands over history. */
import type { Command } from 'commander';
import type { NameLookups } from '../../model/name-lookups.js';
import type { NetnsPeriod } from '../../model/namespace.js';
import { ALL_NETNS, noNetns } from '../host/netns-argument.js';

export interface NetnsOption {
  readonly netns?: string;
}

/** Adds the option of NetnsOption. */
export function netnsOption(parser: Command): Command {
  return parser.option(
    '-N, --netns <name>',
    'only this network namespace: its name at that time, its inode number or a path; default: all',
  );
}

/**
 * The namespaces that -N selects, and when; undefined: all, always.
 * @throws SstoryError `no-netns` (exit code 2): no namespace ever had that name
 */
export async function periodsOf(
  netns: string | undefined,
  lookups: NameLookups,
  note: (text: string) => void,
): Promise<readonly NetnsPeriod[] | undefined> {
  if (netns === undefined || netns === ALL_NETNS) return undefined;
  const periods = await lookups.netns(netns);
  if (periods === undefined) throw noNetns(netns, lookups.netnsNames(), 2);
  if (periods.length === 0) note(`no network namespace was named ${netns} then: it was at another time`);
  return periods;
}

/** The words of a filter, and before them -N, as the header of a recording file has them; undefined without both. */
export function selectionText({ netns }: NetnsOption, words: readonly string[]): string | undefined {
  const all = [...(netns === undefined || netns === ALL_NETNS ? [] : ['-N', netns]), ...words];
  return all.length === 0 ? undefined : all.join(' ');
}
