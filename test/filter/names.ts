import type { Filter } from '../../src/filter/expression.js';
import { parseFilter } from '../../src/filter/parse.js';
import { resolveNames } from '../../src/filter/resolve.js';
import { cgroupPathOf } from '../../src/model/cgroup.js';
import type { NameLookups } from '../../src/model/name-lookups.js';
import type { NetnsPeriod } from '../../src/model/namespace.js';

const HOSTS: Readonly<Record<string, readonly string[]>> = {
  localhost: ['127.0.0.1'],
  'db.example': ['10.0.0.5', '2001:db8::5'],
};
const SERVICES: Readonly<Record<string, number>> = { ssh: 22, http: 80, https: 443, domain: 53 };

const NAMESPACES: Readonly<Record<string, readonly NetnsPeriod[]>> = {
  blue: [
    { netns: 7, fromUs: 100, toUs: 200 },
    { netns: 8, fromUs: 150, toUs: undefined },
  ],
  '7': [{ netns: 7, fromUs: undefined, toUs: undefined }],
  // So often that it is one parameter.
  often: Array.from({ length: 10 }, (_, index) => ({
    netns: 7 + (index % 2),
    fromUs: index * 30,
    toUs: index * 30 + 10,
  })),
  earlier: [],
};

/** A small world of names. */
export const NAMES: NameLookups = {
  addresses: async (host) => HOSTS[host],
  port: (service) => SERVICES[service],
  interfaceIndex: (name) => (name === 'lo' ? 1 : undefined),
  cgroupPath: (path) => (['/sys/fs/cgroup/app', '/sys/fs/cgroup', '/'].includes(path) ? cgroupPathOf(path) : undefined),
  netns: (name) => NAMESPACES[name],
  netnsNames: () => Object.keys(NAMESPACES),
  uid: (user) => (user === 'root' ? 0 : undefined),
  localPortRange: () => ({ low: 32_768, high: 60_999 }),
};

export async function readFilter(input: string | readonly string[]): Promise<Filter> {
  return resolveNames(parseFilter(input), NAMES);
}
