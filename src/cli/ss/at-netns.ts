/** The network namespaces whose sockets `ss --at` lists. */
import type Database from 'better-sqlite3';
import type { ParsedFilter } from '../../filter/expression.js';
import { mentions } from '../../filter/mentions.js';
import type { NetnsPeriod } from '../../model/namespace.js';
import type { NamespaceHistory } from '../../query/namespace-history.js';
import { runAt } from '../../query/run-at.js';
import { readHost } from '../../sys/host.js';
import { ownNetns } from '../../sys/netns.js';
import { ALL_NETNS } from '../host/netns-argument.js';
import { say } from '../output/say.js';

export interface ChosenNetns {
  /** As typed with -N, or which, and when; undefined: all. */
  readonly netns: string | readonly NetnsPeriod[] | undefined;
  /** Sockets of several can be listed. */
  readonly several: boolean;
  /** What to add to the number of sockets. */
  readonly words: string;
}

const ALL: ChosenNetns = { netns: undefined, several: true, words: '' };

/**
 * That of -N; all with `-N all`, and where the filter chooses among them. Else, as for ss, the caller's own, or the initial one of
 * the recording where that was made on another host, or before the host was booted: a note on stderr reports it.
 */
export function netnsAt(
  database: Database.Database,
  namespaces: NamespaceHistory,
  us: number,
  named: string | undefined,
  filter: ParsedFilter,
): ChosenNetns {
  if (named === ALL_NETNS) return ALL;
  if (named !== undefined) return { netns: named, several: false, words: '' };
  if (mentions(filter.expression, ['netns'])) return ALL;
  const run = runAt(database, us);
  if (run?.bootId === readHost().bootId) {
    const words = namespaces.isPlural ? ' in this network namespace (-N all: in all)' : '';
    return { netns: periodsOf(namespaces, ownNetns(), Number.MAX_SAFE_INTEGER), several: false, words };
  }
  // An imported dump, or a recording of an earlier version.
  if (run?.initialNetns === undefined) return { ...ALL, several: false };
  say(
    'recorded on another host, or before it was booted: its initial network namespace is shown (-N all: all of them)',
  );
  return { netns: periodsOf(namespaces, run.initialNetns, us), several: false, words: '' };
}

/** An inode number stands for one namespace at a time. */
function periodsOf(namespaces: NamespaceHistory, netns: number, us: number): readonly NetnsPeriod[] {
  const periods = namespaces.identityAt(netns, us);
  return periods.length > 0 ? periods : [{ netns, fromUs: undefined, toUs: undefined }];
}
