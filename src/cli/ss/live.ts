/** The current sockets, from sock_diag, or those in a file of its answers. */

import { statSync } from 'node:fs';
import { type RecordedCgroup, recordedCgroup } from '../../model/cgroup.js';
import { SstoryError } from '../../model/error.js';
import type { Owner } from '../../model/owner.js';
import { maskOfStates } from '../../model/tcp-state.js';
import type { DiagRow } from '../../snapshot/diag-row.js';
import { dumpSockets } from '../../snapshot/dump.js';
import { ALL_EXTENSIONS, EXTENSION } from '../../snapshot/inet-diag.js';
import { interfaceName } from '../../sys/interfaces.js';
import { insideNetns, netnsNames, ownNetns } from '../../sys/netns.js';
import type { KnownRow, ShownSocket } from '../../view/ss/shown-socket.js';
import { netnsPathOf } from '../host/netns-path.js';
import type { SsFlags } from './flags.js';
import type { Listing } from './output.js';
import { readSelection, type Selection } from './selection.js';

/** What each flag asks the kernel for. */
const INFO = EXTENSION.info | EXTENSION.vegas | EXTENSION.congestion;
const TRAFFIC_CLASS = EXTENSION.tos | EXTENSION.tclass;
const SOCKET_MEMORY = EXTENSION.skmem;

/** Rows that flags and filter select, in the kernel's order; with -K, those that were closed. */
export async function liveSockets(flags: SsFlags): Promise<Listing> {
  const selection = await readSelection(flags);
  const at = netnsPathOf(flags.netns);
  const rows = flags.dumpFrom === undefined ? dumpLive(flags, selection, at) : await dumpedRows(flags.dumpFrom);
  const owners = flags.processes || selection.needsOwners ? await ownersOf(flags) : undefined;
  let shown = rows.filter((row) => selection.selects(row, owners?.get(row.inode)));
  if (flags.kill) shown = await killed(shown, selection, at);
  const cgroups = flags.extended || flags.cgroup || isRecords(flags) ? await cgroupsOf(shown) : undefined;
  const place = isRecords(flags) && flags.dumpFrom === undefined ? netnsAt(at) : {};
  return {
    sockets: shown.map(
      (row): ShownSocket => ({
        row,
        owners: flags.processes ? (owners?.get(row.inode) ?? []) : undefined,
        cgroup: cgroups?.get(row.cgroup ?? 0),
        ...place,
      }),
    ),
    oneState: selection.oneState,
    interfaceName: interfaceNames(shown, at),
  };
}

function dumpLive(flags: SsFlags, { states, families }: Selection, netnsPath: string | undefined): DiagRow[] {
  const place = netnsPath === undefined ? {} : { netnsPath };
  return dumpSockets({ families, states: maskOfStates(states), extensions: extensionsOf(flags), ...place });
}

function extensionsOf(flags: SsFlags): number {
  if (isRecords(flags)) return ALL_EXTENSIONS;
  return (flags.info ? INFO : 0) | (flags.tos ? TRAFFIC_CLASS : 0) | (flags.memory ? SOCKET_MEMORY : 0);
}

async function dumpedRows(file: string): Promise<DiagRow[]> {
  return (await import('./dump.js')).readDump(file);
}

async function ownersOf(flags: SsFlags): Promise<ReadonlyMap<number, readonly Owner[]>> {
  return (await import('./owners.js')).ownersFor(flags);
}

/** Closes what was selected. Refused without a filter, when ss would close everything. */
async function killed(rows: readonly DiagRow[], { isNarrow }: Selection, at: string | undefined): Promise<DiagRow[]> {
  if (!isNarrow) {
    throw new SstoryError('usage', '-K without a filter would close every connection', {
      exitCode: 255,
      hint: 'give a filter: sstory ss -K dst 192.0.2.7 dport = :9200; or state all for all of them',
    });
  }
  const { killSockets } = await import('../../snapshot/kill.js');
  return killSockets(rows, at === undefined ? {} : { netnsPath: at });
}

/** The output has columns by their key: those of sstory too. */
function isRecords({ format, columns }: SsFlags): boolean {
  return format !== 'text' || columns !== undefined;
}

function netnsAt(path: string | undefined): Pick<ShownSocket, 'netns' | 'netnsName'> {
  const netns = path === undefined ? ownNetns() : statSync(path).ino;
  return { netns, netnsName: netnsNames().get(netns) };
}

async function cgroupsOf(rows: readonly KnownRow[]): Promise<ReadonlyMap<number, RecordedCgroup>> {
  const { CgroupPaths } = await import('../../sys/cgroup.js');
  const tree = new CgroupPaths();
  const cgroups = new Map<number, RecordedCgroup>();
  for (const id of new Set(rows.map((row) => row.cgroup ?? 0))) {
    const path = id === 0 ? undefined : tree.pathOf(id, 0);
    if (path !== undefined) cgroups.set(id, recordedCgroup(id, path));
  }
  return cgroups;
}

/** Interface names, as in the namespace of the sockets. */
export function interfaceNames(rows: readonly KnownRow[], at: string | undefined): Listing['interfaceName'] {
  const indexes = [...new Set(rows.map((row) => row.interfaceIndex ?? 0))].filter((index) => index !== 0);
  if (indexes.length === 0) return () => undefined;
  const look = () => new Map(indexes.map((index) => [index, interfaceName(index)]));
  const names = at === undefined ? look() : insideNetns(at, look);
  return (index) => names.get(index);
}
