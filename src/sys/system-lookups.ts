/** Resolves the names in a filter on this host, as of now. */
import { lookup } from 'node:dns/promises';
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cgroupPathOf, NO_CGROUP } from '../model/cgroup.js';
import type { NameLookups } from '../model/name-lookups.js';
import { inodeOfText } from '../model/namespace.js';
import { cgroup2Mount } from './cgroup.js';
import { servicePort, userId } from './etc-files.js';
import { interfaceIndex } from './interfaces.js';
import { insideNetns, netnsNames } from './netns.js';
import { portsTheKernelChooses } from './port-range.js';

/**
 * Hosts by the system's resolver, services and users by /etc, cgroups by /sys. What each network namespace has of its own comes
 * from the one at `netnsPath`; from this process's where undefined.
 */
export function systemLookups(netnsPath?: string): NameLookups {
  return {
    ...HOST_LOOKUPS,
    interfaceIndex: (name) => {
      const look = () => interfaceIndex(name) ?? numberedInterface(name);
      return netnsPath === undefined ? look() : insideNetns(netnsPath, look);
    },
    localPortRange: () => portsTheKernelChooses(netnsPath),
  };
}

/** `if9`: an interface by its index, which ss prints where it has no name in the namespace. */
function numberedInterface(name: string): number | undefined {
  return Number(/^if([1-9]\d{0,9})$/.exec(name)?.[1]) || undefined;
}

/** A path that is relative to the working directory, where that is in the hierarchy; any other as it is. */
function fromWorkingDirectory(text: string, mount: string): string {
  const path = resolve(text);
  return !text.startsWith('/') && (path === mount || path.startsWith(`${mount}/`)) ? path : text;
}

/** A name may look like an inode number. */
function inodeNamed(name: string): number | undefined {
  return [...netnsNames()].find(([, each]) => each === name)?.[0] ?? inodeOfText(name);
}

const HOST_LOOKUPS: Omit<NameLookups, 'interfaceIndex' | 'localPortRange'> = {
  addresses: async (host, family) => {
    const found = await lookup(host, { all: true, family: family ?? 0 }).catch(() => undefined);
    return found?.map((each) => each.address);
  },
  port: servicePort,
  cgroupPath: (text) => {
    const mount = cgroup2Mount();
    if (mount === undefined) return undefined;
    const path = cgroupPathOf(fromWorkingDirectory(text, mount), [mount]);
    if (path === NO_CGROUP) return path;
    return statSync(join(mount, path), { throwIfNoEntry: false })?.isDirectory() === true ? path : undefined;
  },
  netns: (name) => {
    const inode = name.includes('/') ? statSync(name, { throwIfNoEntry: false })?.ino : inodeNamed(name);
    return inode === undefined ? undefined : [{ netns: inode, fromUs: undefined, toUs: undefined }];
  },
  netnsNames: () => [...netnsNames().values()].sort(),
  uid: userId,
};
