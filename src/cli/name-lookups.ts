/** What the words of a filter stand for on this host: the I/O of the filter language. */
import { lookup } from 'node:dns/promises';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { NameLookups } from '../query/filter/index.js';
import { interfaceIndex } from '../sys/interfaces.js';
import { insideNetns } from '../sys/netns.js';
import { portsTheKernelChooses } from './port-range.js';

const CGROUP_ROOTS = ['/sys/fs/cgroup/unified', '/sys/fs/cgroup'];

/**
 * Resolves hosts by the system's resolver, services and users by /etc, cgroups by /sys, and what each network namespace has of its
 * own in the one at `netnsPath`; this process's where undefined.
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
  port: (service) => servicePort(service),
  cgroupId: (path) => {
    const directories = [path, ...CGROUP_ROOTS.map((root) => join(root, path))];
    return directories
      .map((directory) => statSync(directory, { throwIfNoEntry: false })?.ino)
      .find((ino) => ino !== undefined);
  },
  uid: (user) => fieldOf('/etc/passwd', user, 2),
};

/** The TCP port of a service by name or alias in /etc/services. */
function servicePort(service: string): number | undefined {
  for (const line of linesOf('/etc/services')) {
    const [name, portAndProtocol = '', ...aliases] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (portAndProtocol.endsWith('/tcp') && (name === service || aliases.includes(service)))
      return Number.parseInt(portAndProtocol, 10);
  }
  return undefined;
}

function fieldOf(file: string, name: string, index: number): number | undefined {
  const line = linesOf(file).find((each) => each.startsWith(`${name}:`));
  return line === undefined ? undefined : Number(line.split(':')[index]);
}

function linesOf(file: string): string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
}
