/** -N of the commands over history. */
import type { Command } from 'commander';
import { ALL_NETNS } from '../../request/netns.js';

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

/** The words of a filter, and before them -N, as the header of a recording file has them; undefined without both. */
export function selectionText({ netns }: NetnsOption, words: readonly string[]): string | undefined {
  const all = [...(netns === undefined || netns === ALL_NETNS ? [] : ['-N', netns]), ...words];
  return all.length === 0 ? undefined : all.join(' ');
}
