import { existsSync } from 'node:fs';
import { SstoryError } from '../../model/error.js';

/**
 * The file of a network namespace, given by path or by its name for `ip netns`; undefined for undefined.
 * @throws SstoryError `no-netns`
 */
export function netnsPathOf(netns: string | undefined): string | undefined {
  if (netns === undefined) return undefined;
  const path = netns.includes('/') ? netns : `/run/netns/${netns}`;
  if (existsSync(path)) return path;
  throw new SstoryError('no-netns', `no network namespace "${netns}"`, { hint: 'ip netns list shows them' });
}
