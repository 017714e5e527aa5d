import { existsSync } from 'node:fs';
import { SstoryError } from '../../model/error.js';
import type { SsFlags } from '../ss/flags.js';

/** The file of a namespace by name, as `ip netns` keeps them, or by path. */
export function netnsPathOf({ netns }: Pick<SsFlags, 'netns'>): string | undefined {
  if (netns === undefined) return undefined;
  const path = netns.includes('/') ? netns : `/run/netns/${netns}`;
  if (existsSync(path)) return path;
  throw new SstoryError('no-netns', `there is no network namespace "${netns}"`, { hint: 'ip netns list shows them' });
}
