/** The name files in /etc: services(5), hosts(5), passwd(5), group(5). A file that cannot be read has no entries. */
import { readFileSync } from 'node:fs';

interface Service {
  readonly names: readonly string[];
  readonly port: number;
}

/** The TCP port of a service by name or alias. */
export function servicePort(service: string): number | undefined {
  for (const { names, port } of tcpServices()) if (names.includes(service)) return port;
  return undefined;
}

/** The TCP services by port: of several names the first. */
export function serviceNames(): Map<number, string> {
  const byPort = new Map<number, string>();
  for (const { names, port } of tcpServices()) if (!byPort.has(port)) byPort.set(port, names[0] ?? '');
  return byPort;
}

/** The first name that /etc/hosts has for each address. */
export function hostNames(): ReadonlyMap<string, string> {
  const byAddress = new Map<string, string>();
  for (const [address, name] of entriesOf('/etc/hosts'))
    if (address !== undefined && name !== undefined && !byAddress.has(address)) byAddress.set(address, name);
  return byAddress;
}

/** The uid of a user. */
export function userId(user: string): number | undefined {
  return idOf('/etc/passwd', user);
}

/** The gid of a group. */
export function groupId(group: string): number | undefined {
  return idOf('/etc/group', group);
}

/** The third field of a name's line. */
function idOf(file: string, name: string): number | undefined {
  const line = linesOf(file).find((each) => each.startsWith(`${name}:`));
  return line === undefined ? undefined : Number(line.split(':')[2]);
}

function* tcpServices(): Generator<Service> {
  for (const [name = '', portAndProtocol = '', ...aliases] of entriesOf('/etc/services')) {
    if (portAndProtocol.endsWith('/tcp'))
      yield { names: [name, ...aliases], port: Number.parseInt(portAndProtocol, 10) };
  }
}

/** The words of each line, comments left out. */
function entriesOf(file: string): string[][] {
  return linesOf(file).map((line) => line.replace(/#.*/, '').trim().split(/\s+/));
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}
