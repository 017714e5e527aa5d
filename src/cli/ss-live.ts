import { existsSync } from 'node:fs';
import { usageError } from '../model/error.js';
import type { SocketMemory, SocketRow } from '../model/snapshot.js';
import { codeOfState, type TcpState } from '../model/tcp-state.js';
import { type Filter, matches, parseFilter, resolveNames } from '../query/filter/index.js';
import { dumpSockets, readOwners } from '../snapshot/index.js';
import type { SocketLine } from '../view/ss/socket-line.js';
import { systemLookups } from './name-lookups.js';
import type { SsFlags } from './ss-flags.js';
import { statesWanted } from './ss-states.js';

/** The sockets of this moment, from sock_diag. */
export async function liveLines(flags: SsFlags): Promise<{ sockets: SocketLine[]; oneState: boolean }> {
  const filter = await resolveNames(parseFilter([...flags.filter], flags.family), systemLookups);
  const states = statesWanted(flags, filter);
  const rows = dumpSockets({
    states: maskOf(states),
    ...(flags.netns === undefined ? {} : { netnsPath: netnsPath(flags.netns) }),
  });
  const owners = flags.processes ? readOwners() : undefined;
  const wanted = rows.filter((row) => matches({ ...filter, states }, subjectOf(row, filter)));
  const sockets = wanted.map(
    (row): SocketLine => ({
      state: row.state,
      recvQ: row.recvQ,
      sendQ: row.sendQ,
      tuple: row.tuple,
      timer: row.timer,
      owners: owners?.get(row.inode) ?? [],
      uid: row.uid,
      inode: row.inode,
      cookie: row.cookie,
      cgroup: undefined,
      skmem: row.memory === undefined ? undefined : skmemText(row.memory),
    }),
  );
  return { sockets, oneState: filter.states !== undefined && filter.states.size === 1 };
}

function subjectOf(row: SocketRow, _filter: Filter) {
  const { state, tuple, interfaceIndex, mark, cgroup, uid } = row;
  return { state, tuple, interfaceIndex, mark, cgroup, uid };
}

function maskOf(states: ReadonlySet<TcpState>): number {
  return [...states].reduce((mask, state) => mask | (1 << codeOfState(state)), 0);
}

function netnsPath(name: string): string {
  const path = name.startsWith('/') ? name : `/run/netns/${name}`;
  if (!existsSync(path))
    throw usageError('no-netns', `no network namespace "${name}"`, 'ip netns list shows those with a name');
  return path;
}

function skmemText(memory: SocketMemory): string {
  return (
    `r${memory.rmemAlloc},rb${memory.rcvbuf},t${memory.wmemAlloc},tb${memory.sndbuf},f${memory.fwdAlloc},` +
    `w${memory.wmemQueued},o${memory.optmem},bl${memory.backlog},d${memory.drops}`
  );
}
