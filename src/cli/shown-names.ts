import { reverse } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import type { SocketLine } from '../view/ss/socket-line.js';
import type { SsFlags } from './ss-flags.js';

/** All name look-ups together may hold up the listing this long. */
const RESOLVE_WITHIN_MS = 2_000;

export interface ShownNames {
  readonly portName: (port: number) => string | undefined;
  readonly hostName: (address: string) => string | undefined;
}

/** Service names unless -n, host names with -r: looked up in parallel, each once, and left out where they take too long. */
export async function nameSources(lines: readonly SocketLine[], flags: SsFlags): Promise<ShownNames> {
  const services = flags.numeric ? new Map<number, string>() : readServices();
  const hosts = flags.resolve ? await resolveAll(lines) : new Map<string, string>();
  return { portName: (port) => services.get(port), hostName: (address) => hosts.get(address) };
}

function readServices(): Map<number, string> {
  const services = new Map<number, string>();
  try {
    for (const line of readFileSync('/etc/services', 'utf8').split('\n')) {
      const [name, port = ''] = line.replace(/#.*/, '').trim().split(/\s+/);
      const number = Number.parseInt(port, 10);
      if (name !== undefined && port.endsWith('/tcp') && !services.has(number)) services.set(number, name);
    }
  } catch {
    // No such file: numbers are shown.
  }
  return services;
}

async function resolveAll(lines: readonly SocketLine[]): Promise<Map<string, string>> {
  const addresses = new Set(lines.flatMap(({ tuple }) => [tuple.localAddr, tuple.remoteAddr]));
  const names = new Map<string, string>();
  const lookups = [...addresses].map(async (address) => {
    const [name] = await reverse(address).catch(() => []);
    if (name !== undefined) names.set(address, name);
  });
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise((resolve) => {
    timer = setTimeout(resolve, RESOLVE_WITHIN_MS);
  });
  await Promise.race([Promise.all(lookups), deadline]);
  clearTimeout(timer);
  return names;
}
