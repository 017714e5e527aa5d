import type { Filter } from '../../src/filter/expression.js';
import { parseFilter } from '../../src/filter/parse.js';
import { resolveNames } from '../../src/filter/resolve.js';
import type { NameLookups } from '../../src/model/name-lookups.js';

const HOSTS: Readonly<Record<string, readonly string[]>> = {
  localhost: ['127.0.0.1'],
  'db.example': ['10.0.0.5', '2001:db8::5'],
};
const SERVICES: Readonly<Record<string, number>> = { ssh: 22, http: 80, https: 443, domain: 53 };

/** A small world of names. */
export const NAMES: NameLookups = {
  addresses: async (host) => HOSTS[host],
  port: (service) => SERVICES[service],
  interfaceIndex: (name) => (name === 'lo' ? 1 : undefined),
  cgroupId: (path) => (path === '/sys/fs/cgroup/app' ? 4711 : undefined),
  uid: (user) => (user === 'root' ? 0 : undefined),
  localPortRange: () => ({ low: 32_768, high: 60_999 }),
};

export async function readFilter(input: string | readonly string[]): Promise<Filter> {
  return resolveNames(parseFilter(input), NAMES);
}
