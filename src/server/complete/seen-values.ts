/** Values that connections of a range have, and how many have each. */
import { endpoint } from '../../model/four-tuple.js';
import type { Interval } from '../../model/interval.js';
import type { NameHistory } from '../../query/name-history.js';
import type { Places } from '../../query/places.js';
import type { LaneIndex } from '../lanes/lane-index.js';

/** By value, the number of connections. */
export type SeenValues = ReadonlyMap<string, number>;

export interface SeenFacts {
  readonly index: LaneIndex;
  readonly places: Places;
  readonly names: NameHistory;
  readonly window: Interval;
  /** What is typed of the value. */
  readonly prefix: string;
}

/** The values that can stand behind a word of the filter language; none where it has none of its own. */
export function seenValues(keyword: string, facts: SeenFacts): SeenValues {
  const { index, places } = facts;
  switch (keyword) {
    case 'comm':
      return counted(index, (row) => index.comms.texts[index.comm(row)]);
    case 'dst':
      return ends(
        facts,
        (row) => index.peer(row),
        (row) => index.remotePort(row),
      );
    case 'src':
      return ends(
        facts,
        (row) => index.local(row),
        (row) => index.localPort(row),
      );
    case 'host':
      return sum(seenValues('dst', facts), seenValues('src', facts));
    case 'port':
      return sum(seenValues('dport', facts), seenValues('sport', facts));
    case 'name':
      return namesSeen(facts, (row) => index.peer(row));
    case 'dport':
      return counted(index, (row) => portText(index.remotePort(row)));
    case 'sport':
      return counted(index, (row) => portText(index.localPort(row)));
    case 'netns':
      return counted(
        index,
        (row) => places.namespaces.nameDuring(index.netns(row), index.opened(row)) ?? `${index.netns(row)}`,
      );
    case 'container':
    case 'pod':
    case 'unit':
      return counted(index, (row) => places.cgroupOf({ cgroup: index.cgroup(row) })?.[keyword]);
    case 'cgroup':
      return counted(index, (row) => places.cgroupOf({ cgroup: index.cgroup(row) })?.path);
    default:
      return new Map();
  }
}

function portText(port: number): string | undefined {
  return port === 0 ? undefined : `:${port}`;
}

function counted(index: LaneIndex, value: (row: number) => string | undefined): Map<string, number> {
  const counts = new Map<string, number>();
  for (let row = 0; row < index.count; row++) if (!index.isReplaced(row)) add(counts, value(row), 1);
  return counts;
}

function sum(one: SeenValues, other: SeenValues): SeenValues {
  const counts = new Map(one);
  for (const [value, count] of other) add(counts, value, count);
  return counts;
}

function add(counts: Map<string, number>, value: string | undefined, count: number): void {
  if (value !== undefined && value !== '') counts.set(value, (counts.get(value) ?? 0) + count);
}

/** Addresses, names of them, ports, and both together. */
function ends(facts: SeenFacts, address: (row: number) => number, port: (row: number) => number): SeenValues {
  const { index, prefix } = facts;
  const counts = counted(index, (row) => portText(port(row)));
  for (const [text, count] of addressesSeen(index, address))
    add(counts, text.includes(':') ? `[${text}]` : text, count);
  if (/.:\d*$/.test(prefix)) addWithPorts(counts, index, address, port);
  return sum(counts, namesSeen(facts, address));
}

function addressesSeen(index: LaneIndex, address: (row: number) => number): SeenValues {
  return counted(index, (row) => index.addresses.texts[address(row)]);
}

/** Names of the range, with the connections of their addresses. */
function namesSeen({ index, names, window }: SeenFacts, address: (row: number) => number): SeenValues {
  const ofAddress = addressesSeen(index, address);
  const known = new Map<string, Set<string>>();
  for (const { name, address: text } of names.between(window, undefined))
    known.set(name, (known.get(name) ?? new Set()).add(text));
  const counts = new Map<string, number>();
  for (const [name, texts] of known) for (const text of texts) add(counts, name, ofAddress.get(text) ?? 0);
  return counts;
}

/** Addresses with their ports: of a busy host as many as connections, so only where an address is typed already. */
function addWithPorts(
  counts: Map<string, number>,
  index: LaneIndex,
  address: (row: number) => number,
  port: (row: number) => number,
): void {
  const withPorts = new Map<number, number>();
  for (let row = 0; row < index.count; row++) {
    if (index.isReplaced(row)) continue;
    const key = address(row) * 65_536 + port(row);
    withPorts.set(key, (withPorts.get(key) ?? 0) + 1);
  }
  for (const [key, count] of withPorts) {
    const text = index.addresses.texts[Math.floor(key / 65_536)];
    if (text !== undefined && key % 65_536 !== 0) add(counts, endpoint(text, key % 65_536), count);
  }
}
