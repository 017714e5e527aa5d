/** The names in a filter about a fleet, as they were at that time. */
import { cgroupPathOf } from '../model/cgroup.js';
import type { Interval } from '../model/interval.js';
import { canonicalName } from '../model/name.js';
import type { NameLookups } from '../model/name-lookups.js';
import { inodeOfText } from '../model/namespace.js';
import type { FleetClient } from './client.js';

/** What `autobound` compares with: net.ipv4.ip_local_port_range as Linux has it by default. Of other hosts it is not known. */
const DEFAULT_PORTS = { low: 32_768, high: 60_999 };
/** Addresses that a note lists. */
const MOST_LISTED = 4;

const ADDRESSES_SQL = `
SELECT address, count(DISTINCT machine) AS hosts FROM names FINAL
WHERE name = {name:String} AND from_us <= {toUs:Int64} AND ifNull(to_us, {toUs:Int64} + 1) > {fromUs:Int64}
GROUP BY address ORDER BY hosts DESC, address LIMIT 1000`;

/**
 * Hosts by the names that hosts of the fleet recorded, else as this host resolves them now; services and users as this host knows
 * them. Namespaces and interfaces are compared by their names.
 * @param note receives, as a line of text, what a name was resolved to
 */
export function fleetLookups(
  fleet: FleetClient,
  window: Interval,
  system: NameLookups,
  note: (text: string) => void,
): NameLookups {
  return {
    ...system,
    addresses: async (host, family) => {
      const recorded = (await recordedAddresses(fleet, host, window)).filter(
        (address) => family === undefined || (family === 6) === address.includes(':'),
      );
      if (recorded.length > 0) {
        const more = recorded.length > MOST_LISTED ? ` and ${recorded.length - MOST_LISTED} more` : '';
        note(`resolved ${host} to ${recorded.slice(0, MOST_LISTED).join(', ')}${more} from names that hosts recorded`);
        return recorded;
      }
      const found = await system.addresses(host, family);
      if (found !== undefined && found.length > 0)
        note(`no addresses of ${host} were recorded at that time: using its present ones`);
      return found;
    },
    interfaceIndex: (name) => Number(/^if([1-9]\d{0,9})$/.exec(name)?.[1] ?? 0),
    cgroupPath: (path) => cgroupPathOf(path),
    netns: (name) => {
      const inode = inodeOfText(name);
      return inode === undefined ? [] : [{ netns: inode, fromUs: undefined, toUs: undefined }];
    },
    netnsNames: () => [],
    uid: (user) => {
      note(`user ${user} is the one of this host: other hosts may have another number for it`);
      return system.uid(user);
    },
    localPortRange: () => {
      note(`autobound: ports ${DEFAULT_PORTS.low} to ${DEFAULT_PORTS.high}, the default of Linux`);
      return DEFAULT_PORTS;
    },
  };
}

async function recordedAddresses(fleet: FleetClient, host: string, window: Interval): Promise<readonly string[]> {
  const name = canonicalName(host);
  if (name === undefined) return [];
  const params = { name, fromUs: window.fromUs, toUs: window.toUs };
  const rows = await fleet.rows<{ readonly address: string }>({ sql: ADDRESSES_SQL, params });
  return rows.map(({ address }) => address);
}
