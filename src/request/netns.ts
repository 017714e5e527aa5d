/** The network namespaces that a person names. */
import { SstoryError } from '../model/error.js';
import type { NameLookups } from '../model/name-lookups.js';
import { knownNamespaces, type NetnsPeriod } from '../model/namespace.js';
import type { Note } from './note.js';

/** What stands for all network namespaces. */
export const ALL_NETNS = 'all';

/**
 * The namespaces that a name selects, and when; undefined: all, always.
 * @throws SstoryError `no-netns`, with `exitCode`: no namespace ever had that name
 */
export async function periodsOf(
  netns: string | undefined,
  lookups: NameLookups,
  note: Note,
  exitCode: 1 | 2 = 2,
): Promise<readonly NetnsPeriod[] | undefined> {
  if (netns === undefined || netns === ALL_NETNS) return undefined;
  const periods = await lookups.netns(netns);
  if (periods === undefined) throw noNetns(netns, lookups.netnsNames(), exitCode);
  if (periods.length === 0) note(`no network namespace was named ${netns} then: it was at another time`);
  return periods;
}

/** `names`: those that there are. */
export function noNetns(netns: string, names: readonly string[], exitCode: 1 | 2): SstoryError {
  return new SstoryError('no-netns', `no network namespace "${netns}"`, { hint: knownNamespaces(names), exitCode });
}
