/** -N, without the calls of libc that find current namespaces: loading libc takes as long as a small command. */
import { SstoryError } from '../../model/error.js';
import { knownNamespaces } from '../../model/namespace.js';

/** What -N takes for all network namespaces. */
export const ALL_NETNS = 'all';

/** `names`: those that there are. */
export function noNetns(netns: string, names: readonly string[], exitCode: 1 | 2): SstoryError {
  return new SstoryError('no-netns', `no network namespace "${netns}"`, { hint: knownNamespaces(names), exitCode });
}
