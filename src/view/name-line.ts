import type { NameRecord } from '../model/name.js';
import { jsonText, printable } from '../model/printable.js';
import { isoTime, localTime } from '../model/time-text.js';

const NAME_WIDTH = 28;
const ADDRESS_WIDTH = 16;
const TIME_WIDTH = 26;

/**
 * A record as a line of `sstory names`: from, to, name, address, source, namespace, and why it ended.
 * @param netnsName undefined: it had none, or it is not known
 */
export function nameLine(
  { fromUs, toUs, name, address, source, netns, ended }: NameRecord,
  netnsName: string | undefined,
): string {
  const to = (toUs === undefined ? '' : localTime(toUs)).padEnd(TIME_WIDTH);
  const words = [
    printable(name).padEnd(NAME_WIDTH),
    printable(address).padEnd(ADDRESS_WIDTH),
    source.padEnd(5),
    netnsName ?? `net:[${netns}]`,
    ended ?? '',
  ];
  return printable(`${localTime(fromUs)} - ${to}  ${words.join('  ')}`).trimEnd();
}

/** The same as one line of JSON: stable keys, times in microseconds since the epoch with an ISO twin. */
export function nameJson({ fromUs, toUs, name, address, source, netns, ended }: NameRecord): string {
  return jsonText({
    name,
    address,
    from_us: fromUs,
    from: isoTime(fromUs),
    to_us: toUs ?? null,
    to: toUs === undefined ? null : isoTime(toUs),
    source,
    netns,
    ended: ended ?? null,
  });
}
