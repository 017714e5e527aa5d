import { canonicalAddress } from '../model/address-bytes.js';
import { canonicalName } from '../model/name.js';

/** Lines that are read of one file: some people keep a million to block advertisements. */
const MOST_ENTRIES = 10_000;

export interface HostsEntry {
  readonly name: string;
  readonly address: string;
}

/**
 * The names in the text of a hosts file (hosts(5)), each pair once, in its order. `0.0.0.0` and `::` are not addresses that one could be
 * connected to and are left out, as is what cannot be read.
 */
export function parseHosts(text: string): HostsEntry[] {
  const entries = new Map<string, HostsEntry>();
  for (const line of text.split('\n')) {
    const [addressText = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    const address = canonicalAddress(addressText);
    if (address === undefined || address === '0.0.0.0' || address === '::') continue;
    for (const nameText of names) {
      const name = canonicalName(nameText);
      if (name !== undefined) entries.set(`${address} ${name}`, { name, address });
      if (entries.size === MOST_ENTRIES) return [...entries.values()];
    }
  }
  return [...entries.values()];
}
