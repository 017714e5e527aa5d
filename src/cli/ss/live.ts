/** The current sockets, from sock_diag, or those in a file of its answers. */

import { SstoryError } from '../../model/error.js';
import type { Owner } from '../../model/owner.js';
import type { DiagRow } from '../../snapshot/diag-row.js';
import { dumpRows, type LazyRows } from '../../snapshot/dump.js';
import { ALL_EXTENSIONS, EXTENSION } from '../../snapshot/inet-diag.js';
import type { ShownSocket } from '../../view/ss/shown-socket.js';
import type { SsFlags } from './flags.js';
import { LiveInterfaces } from './live-interfaces.js';
import { type LiveNetns, liveNamespaces } from './live-netns.js';
import type { Listing } from './output.js';
import { kernelStates, readSelection, type Selection } from './selection.js';

/** What each flag asks the kernel for. */
const INFO = EXTENSION.info | EXTENSION.vegas | EXTENSION.congestion;
const TRAFFIC_CLASS = EXTENSION.tos | EXTENSION.tclass;
const SOCKET_MEMORY = EXTENSION.skmem;
/** So many rows that the code which writes them is compiled. */
const MANY = 1_000;

/** Rows of one network namespace. */
interface FoundRows {
  readonly place: LiveNetns;
  readonly rows: Iterable<DiagRow>;
}

/** Rows that flags and filter select, in the kernel's order; with -K, those that were closed. */
export async function liveSockets(flags: SsFlags): Promise<Listing> {
  const selection = await readSelection(flags);
  const owners = flags.processes || selection.needsOwners ? await ownersOf(flags) : undefined;
  const cgroups = wantsCgroups(flags, selection) ? new (await import('./live-cgroups.js')).LiveCgroups() : undefined;
  const { places, several } = liveNamespaces(flags, selection, isRecords(flags));
  const interfaces = new LiveInterfaces();
  const found: FoundRows[] = [];
  /** Made while they are read: a large table of them would be copied by each collection of garbage. */
  function* selected(all: readonly FoundRows[]): Generator<ShownSocket & { readonly row: DiagRow }> {
    for (const { place, rows } of all) {
      const { netns, name: netnsName, path } = place;
      for (const row of rows) {
        const owned = owners?.get(row.inode);
        const cgroup = cgroups?.of(row);
        if (!selection.selects(row, owned, { netns, cgroup })) continue;
        if (row.interfaceIndex !== 0) interfaces.add(row, path);
        yield { row, owners: flags.processes ? (owned ?? []) : undefined, cgroup, netns, netnsName };
      }
    }
  }
  for (const place of places) {
    const rows =
      flags.dumpFrom === undefined ? dumpLive(flags, selection, place, several) : await dumpedRows(flags.dumpFrom);
    if (rows.length > MANY) (await import('../../sys/scheduling.js')).compileBriefly();
    const killed = () =>
      kill(
        Array.from(selected([{ place, rows }]), ({ row }) => row),
        selection,
        place.path,
      );
    found.push({ place, rows: flags.kill ? await killed() : rows });
  }
  return {
    sockets: { [Symbol.iterator]: () => selected(found) },
    oneState: selection.oneState,
    interfaceName: (index, row) => interfaces.name(index, row),
    showNetns: several,
  };
}

/** Whether paths of cgroups are shown, or needed to select. */
export function wantsCgroups(flags: SsFlags, { needsCgroups }: Selection): boolean {
  return flags.extended || flags.cgroup || isRecords(flags) || needsCgroups;
}

/** `several`: one that ended since it was listed, or may not be entered, is left out. */
function dumpLive(flags: SsFlags, selection: Selection, { netns, path }: LiveNetns, several: boolean): LazyRows {
  const place = path === undefined ? {} : { netnsPath: path, ...(netns === undefined ? {} : { netns }) };
  try {
    const { families } = selection;
    return dumpRows({ families, states: kernelStates(selection), extensions: extensionsOf(flags), ...place });
  } catch (error) {
    if (several && error instanceof SstoryError && error.code === 'netns') return [];
    throw error;
  }
}

function extensionsOf(flags: SsFlags): number {
  if (isRecords(flags)) return ALL_EXTENSIONS;
  return (flags.info ? INFO : 0) | (flags.tos ? TRAFFIC_CLASS : 0) | (flags.memory ? SOCKET_MEMORY : 0);
}

/** The output has columns by their key: those of sstory too. */
function isRecords({ format, columns }: SsFlags): boolean {
  return format !== 'text' || columns !== undefined;
}

async function dumpedRows(file: string): Promise<DiagRow[]> {
  return (await import('./dump.js')).readDump(file);
}

async function ownersOf(flags: SsFlags): Promise<ReadonlyMap<number, readonly Owner[]>> {
  return (await import('./owners.js')).ownersFor(flags);
}

/** Closes what was selected. Refused without a filter, when ss would close everything. */
async function kill(rows: readonly DiagRow[], { isNarrow }: Selection, at: string | undefined): Promise<DiagRow[]> {
  if (!isNarrow) {
    throw new SstoryError('usage', '-K without a filter would close every connection', {
      exitCode: 255,
      hint: 'give a filter: sstory ss -K dst 192.0.2.7 dport = :9200; or state all for all of them',
    });
  }
  const { killSockets } = await import('../../snapshot/kill.js');
  return killSockets(rows, at === undefined ? {} : { netnsPath: at });
}
