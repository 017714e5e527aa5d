/** What the words of a filter stand for on this host: the I/O of the filter language. */
import { lookup } from 'node:dns/promises';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { NameLookups } from '../query/filter/index.js';

const CGROUP_ROOTS = ['/sys/fs/cgroup/unified', '/sys/fs/cgroup'];

/** Resolves hosts by the system's resolver, services and users by /etc, interfaces and cgroups by /sys. */
export const systemLookups: NameLookups = {
  addresses: async (host, family) => {
    const found = await lookup(host, { all: true, family: family ?? 0 }).catch(() => undefined);
    return found?.map((each) => each.address);
  },
  port: (service) => servicePort(service),
  interfaceIndex: (name) => numberIn(`/sys/class/net/${name}/ifindex`),
  cgroupId: (path) => {
    const directories = [path, ...CGROUP_ROOTS.map((root) => join(root, path))];
    return directories
      .map((directory) => statSync(directory, { throwIfNoEntry: false })?.ino)
      .find((ino) => ino !== undefined);
  },
  uid: (user) => fieldOf('/etc/passwd', user, 2),
  localPortRange: () => {
    const [low = 32_768, high = 60_999] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8')
      .trim()
      .split(/\s+/)
      .map(Number);
    return { low, high };
  },
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

function numberIn(file: string): number | undefined {
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined;
}
