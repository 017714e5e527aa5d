import { readdirSync } from 'node:fs';
import type { Check } from '../model/check.js';
import { NetlinkSocket } from '../sys/netlink.js';
import { insideNetns, listNetns } from '../sys/netns.js';
import { dumpSockets } from './dump.js';

/** What snapshots need of this host. Only sock_diag itself is required. */
export function* snapshotChecks(): Generator<Check> {
  for (const family of [4, 6] as const) {
    yield attempt(`sock_diag IPv${family}`, family === 4, 'the kernel lacks CONFIG_INET_TCP_DIAG', () => {
      return `${dumpSockets({ families: [family] }).length} sockets`;
    });
  }
  yield attempt('network namespaces', false, 'only this one is looked at: the others need CAP_SYS_ADMIN', () => {
    const places = listNetns();
    for (const { path } of places) insideNetns(path, () => undefined);
    return `${places.length} found, all can be entered`;
  });
  yield attempt('destroy groups', false, 'record --source diag sees less without CAP_NET_ADMIN', () => {
    const socket = new NetlinkSocket();
    try {
      socket.join(1);
      return 'can be joined';
    } finally {
      socket.close();
    }
  });
  yield attempt(
    'owners',
    false,
    'processes of others stay unknown without root',
    () => `/proc/1/fd has ${readdirSync('/proc/1/fd').length}`,
  );
}

function attempt(name: string, required: boolean, remedy: string, work: () => string): Check {
  try {
    return { name, ok: true, detail: work(), required };
  } catch (error) {
    return { name, ok: false, detail: error instanceof Error ? error.message : String(error), remedy, required };
  }
}
