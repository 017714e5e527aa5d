import { plainAddress } from '../../model/address.js';
import { ALL_NETNS } from '../../request/netns.js';
import { hostNames, serviceNames } from '../../sys/etc-files.js';
import { portsTheKernelChooses } from '../../sys/port-range.js';
import type { Names } from '../../view/ss/address-text.js';
import type { ShownSocket } from '../../view/ss/shown-socket.js';
import { netnsPathOf } from '../host/netns-path.js';
import type { SsFlags } from './flags.js';

/** All name look-ups together may delay the listing this long. */
const RESOLVE_WITHIN_MS = 2_000;
/** Concurrent look-ups: resolvers drop queries that come too fast. */
const AT_ONCE = 64;

/** Service names unless -n, host names with -r. */
export async function nameSources(
  sockets: Iterable<ShownSocket>,
  flags: Pick<SsFlags, 'numeric' | 'resolve' | 'netns' | 'at'>,
): Promise<Pick<Names, 'port' | 'host'>> {
  const hosts = flags.resolve ? await resolveHosts(addressesOf(sockets)) : new Map<string, string>();
  let services = flags.numeric ? new Map<number, string>() : undefined;
  // Read when the first port is shown.
  const port = (number: number) => {
    services ??= readServices(placeOf(flags));
    return services.get(number);
  };
  return { port, host: (address) => hosts.get(address) };
}

/** The port range of a namespace is that of now; of one that is gone, this process's own is taken. */
function placeOf({ netns, at }: Pick<SsFlags, 'netns' | 'at'>): string | undefined {
  if (netns === ALL_NETNS) return undefined;
  try {
    return netnsPathOf(netns);
  } catch (error) {
    if (at === undefined) throw error;
    return undefined;
  }
}

/** TCP's names in /etc/services, without the ephemeral ports: there a name would be a coincidence. */
function readServices(netnsPath: string | undefined): Map<number, string> {
  const services = serviceNames();
  const chosen = portsTheKernelChooses(netnsPath);
  for (const port of services.keys()) if (port >= chosen.low && port <= chosen.high) services.delete(port);
  return services;
}

function addressesOf(sockets: Iterable<ShownSocket>): Set<string> {
  const addresses = new Set<string>();
  for (const { row } of sockets) addresses.add(row.tuple.localAddr).add(row.tuple.remoteAddr);
  return addresses;
}

/** Names of addresses: each looked up once, concurrently; those not answered within 2 s stay numbers. */
async function resolveHosts(addresses: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  const known = hostNames();
  const toAsk: string[] = [];
  for (const address of addresses) {
    const plain = plainAddress(address);
    const name = known.get(plain);
    if (name !== undefined) names.set(address, name);
    else if (plain !== '0.0.0.0' && plain !== '::') toAsk.push(address);
  }
  if (toAsk.length > 0) await ask(toAsk, names);
  return names;
}

async function ask(addresses: readonly string[], names: Map<string, string>): Promise<void> {
  const { Resolver } = await import('node:dns/promises');
  const resolver = new Resolver({ timeout: RESOLVE_WITHIN_MS, tries: 1 });
  const queue = addresses.values();
  const worker = async () => {
    for (const address of queue) {
      const plain = plainAddress(address);
      const [name] = await resolver.reverse(plain).catch(() => []);
      if (name !== undefined) names.set(address, name);
    }
  };
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise((resolve) => {
    timer = setTimeout(resolve, RESOLVE_WITHIN_MS);
  });
  await Promise.race([Promise.all(Array.from({ length: AT_ONCE }, worker)), deadline]);
  clearTimeout(timer);
  resolver.cancel();
}
