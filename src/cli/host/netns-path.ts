import { existsSync } from 'node:fs';
import { inodeOfText } from '../../model/namespace.js';
import { noNetns } from '../../request/netns.js';
import { netnsNames, netnsPathOfInode } from '../../sys/netns.js';

/**
 * The file of a current network namespace, given by its name for `ip netns`, its inode number or a path; undefined for undefined.
 * @throws SstoryError `no-netns`, exit code 1 as for ss
 */
export function netnsPathOf(netns: string | undefined): string | undefined {
  if (netns === undefined) return undefined;
  const path = netns.includes('/') ? netns : `/run/netns/${netns}`;
  if (existsSync(path)) return path;
  const inode = inodeOfText(netns);
  const found = inode === undefined ? undefined : netnsPathOfInode(inode);
  if (found === undefined) throw noNetns(netns, [...netnsNames().values()].sort(), 1);
  return found;
}
