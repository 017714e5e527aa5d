/** Lanes that share a value, as heat rows. */
import type { Interval } from '../../model/interval.js';
import type { NameAt, NameHistory } from '../../query/name-history.js';
import type { Places } from '../../query/places.js';
import type { Grouping, LaneGroup, Sort } from '../contract.js';
import { addressFilter, commFilter, containerFilter, nameFilter } from './alike.js';
import { HeatCanvas } from './heat-canvas.js';
import type { LaneIndex } from './lane-index.js';
import { Pixels } from './pixels.js';

/** What a group is shown as. */
type Group = Pick<LaneGroup, 'key' | 'label' | 'filter'>;

/** Where the values come from that a row of the index does not have. */
export interface GroupFacts {
  readonly places: Places;
  readonly names: NameHistory;
}

/** The group of each row, found once for each value. */
export class Groups {
  private readonly known = new Map<string | number, Group>();
  /** By address and namespace. */
  private readonly names = new Map<string, (us: number) => NameAt | undefined>();

  constructor(
    private readonly index: LaneIndex,
    private readonly grouping: Grouping,
    private readonly facts: GroupFacts,
  ) {}

  of(row: number): Group {
    const value = this.valueOf(row);
    const known = this.known.get(value);
    if (known !== undefined) return known;
    const group = this.make(row);
    this.known.set(value, group);
    return group;
  }

  /** Rows with the same value have the same group. */
  private valueOf(row: number): string | number {
    const { index } = this;
    switch (this.grouping) {
      case 'process':
        return index.comm(row);
      case 'peer':
        return index.peer(row);
      case 'port':
        return index.isAsker(row) ? index.remotePort(row) : -1 - index.localPort(row);
      case 'name':
        return this.nameOf(row) ?? '';
      case 'netns':
        return index.netns(row);
      case 'container':
        return index.cgroup(row) ?? -1;
      case 'none':
        return 0;
    }
  }

  /** The name that the peer's address had when the connection was opened. */
  private nameOf(row: number): string | undefined {
    const { index, facts } = this;
    const key = `${index.peer(row)} ${index.netns(row)}`;
    let names = this.names.get(key);
    if (names === undefined) {
      names = facts.names.namesOf(index.addresses.texts[index.peer(row)] ?? '', index.netns(row));
      this.names.set(key, names);
    }
    const name = names(index.opened(row));
    return name === undefined || name.status === 'ended' ? undefined : name.name;
  }

  private make(row: number): Group {
    const { index, facts } = this;
    switch (this.grouping) {
      case 'process': {
        const comm = index.comms.texts[index.comm(row)] ?? '';
        return comm === '' ? none('process unknown') : { key: comm, label: comm, filter: commFilter(comm) };
      }
      case 'peer': {
        const address = index.addresses.texts[index.peer(row)] ?? '';
        return { key: address, label: address, filter: addressFilter(address) };
      }
      case 'port': {
        const remote = index.remotePort(row);
        const local = index.localPort(row);
        if (index.isAsker(row)) return { key: `to ${remote}`, label: `to :${remote}`, filter: `dport = :${remote}` };
        return { key: `at ${local}`, label: `at :${local}`, filter: `sport = :${local}` };
      }
      case 'name': {
        const name = this.nameOf(row);
        return name === undefined ? none('no name') : { key: name, label: name, filter: nameFilter(name) };
      }
      case 'netns': {
        const netns = index.netns(row);
        const name = facts.places.namespaces.nameDuring(netns, index.opened(row), Number.MAX_SAFE_INTEGER);
        return { key: `${netns}`, label: name ?? `net:[${netns}]`, filter: `netns = ${netns}` };
      }
      case 'container': {
        const container = facts.places.cgroupOf({ cgroup: index.cgroup(row) })?.container;
        if (container === undefined) return none('no container');
        return { key: container, label: container.slice(0, 12), filter: containerFilter(container) };
      }
      case 'none':
        return none('all');
    }
  }
}

function none(label: string): Group {
  return { key: '', label, filter: null };
}

/** The members of a group. */
interface Members extends Group {
  readonly rows: number[];
  troubled: number;
}

/** Groups in their order: by troubles, then by size; or by label. */
export function heatRows(
  index: LaneIndex,
  rows: Int32Array,
  groups: Groups,
  { window, knownUs, sort }: { window: Interval; knownUs: number; sort: Sort },
): Members[] {
  const all = new Map<string, Members>();
  for (const row of rows) {
    const group = groups.of(row);
    let members = all.get(group.key);
    if (members === undefined) {
      members = { ...group, rows: [], troubled: 0 };
      all.set(group.key, members);
    }
    members.rows.push(row);
    if (index.trouble(row, window, knownUs) !== undefined) members.troubled++;
  }
  const byLabel = (one: Members, other: Members) => (one.label < other.label ? -1 : Number(one.label > other.label));
  const found = [...all.values()];
  if (sort !== 'worst') return found.sort(byLabel);
  return found.sort(
    (one, other) => other.troubled - one.troubled || other.rows.length - one.rows.length || byLabel(one, other),
  );
}

/** Draws groups, each when it is asked for. */
export function* drawnGroups(
  index: LaneIndex,
  groups: readonly Members[],
  { window, width, knownUs }: { window: Interval; width: number; knownUs: number },
): Generator<LaneGroup> {
  const canvas = new HeatCanvas(new Pixels(window, width), knownUs);
  const put = canvas.put.bind(canvas);
  for (const { key, label, filter, rows, troubled } of groups) {
    for (const row of rows) {
      canvas.count(index.opened(row), index.closed(row));
      index.segments(row, put);
    }
    yield { key, label, filter, connections: rows.length, troubled, runs: canvas.take() };
  }
}
