/** Resolves the names in a filter on this host, as of now. */
import { lookup } from 'node:dns/promises';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { NameLookups } from '../model/name-lookups.js';
import { servicePort, userId } from './etc-files.js';
import { interfaceIndex } from './interfaces.js';
import { insideNetns } from './netns.js';
import { portsTheKernelChooses } from './port-range.js';

const CGROUP_ROOTS = ['/sys/fs/cgroup/unified', '/sys/fs/cgroup'];

/**
 * Hosts by the system's resolver, services and users by /etc, cgroups by /sys. What each network namespace has of its own comes
 * from the one at `netnsPath`; from this process's where undefined.
 */
export function systemLookups(netnsPath?: string): NameLookups {
  return {
    ...HOST_LOOKUPS,
    interfaceIndex: (name) => {
      const look = () => interfaceIndex(name);
      return netnsPath === undefined ? look() : insideNetns(netnsPath, look);
    },
    localPortRange: () => portsTheKernelChooses(netnsPath),
  };
}

const HOST_LOOKUPS: Omit<NameLookups, 'interfaceIndex' | 'localPortRange'> = {
  addresses: async (host, family) => {
    const found = await lookup(host, { all: true, family: family ?? 0 }).catch(() => undefined);
    return found?.map((each) => each.address);
  },
  port: servicePort,
  cgroupId: (path) => {
    const directories = [path, ...CGROUP_ROOTS.map((root) => join(root, path))];
    return directories
      .map((directory) => statSync(directory, { throwIfNoEntry: false })?.ino)
      .find((ino) => ino !== undefined);
  },
  uid: userId,
};
