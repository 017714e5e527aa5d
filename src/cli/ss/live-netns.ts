/** The network namespaces whose current sockets are listed. */
import { statSync } from 'node:fs';
import { listNetns, netnsNames, ownNetns } from '../../sys/netns.js';
import { ALL_NETNS } from '../host/netns-argument.js';
import { netnsPathOf } from '../host/netns-path.js';
import { type SsFlags, usage } from './flags.js';
import type { Selection } from './selection.js';

export interface LiveNetns {
  /** undefined: not known, and not needed. */
  readonly netns: number | undefined;
  readonly name: string | undefined;
  /** undefined: this process's own. */
  readonly path: string | undefined;
}

/**
 * That of -N, or this process's own; several, all of them, with `-N all`, and where the filter chooses among them.
 * @param named whether inode number and name are needed
 */
export function liveNamespaces(
  flags: SsFlags,
  { needsNetns }: Selection,
  named: boolean,
): { readonly places: readonly LiveNetns[]; readonly several: boolean } {
  const { netns, dumpFrom } = flags;
  if (dumpFrom === undefined && (netns === ALL_NETNS || (netns === undefined && needsNetns))) {
    return { places: listNetns().map(({ netns: inode, path, name }) => ({ netns: inode, path, name })), several: true };
  }
  const path = netns === ALL_NETNS ? undefined : netnsPathOf(netns);
  if (dumpFrom !== undefined || !(named || needsNetns)) {
    return { places: [{ netns: undefined, name: undefined, path }], several: false };
  }
  const inode = path === undefined ? ownNetns() : statSync(path).ino;
  return { places: [{ netns: inode, name: netnsNames().get(inode), path }], several: false };
}

/** For what is done in one namespace only. */
export function onePathOf(flags: Pick<SsFlags, 'netns'>, flag: string): string | undefined {
  if (flags.netns === ALL_NETNS) throw usage(`${flag} is for one network namespace: it cannot be used with -N all`);
  return netnsPathOf(flags.netns);
}
