import { readdirSync } from 'node:fs';
import type { HostCheck } from '../model/host-check.js';
import { insideNetns, listNetns } from '../sys/netns.js';
import { destroyedRefusal } from './destroyed.js';
import { dumpSockets } from './dump.js';

/** What snapshots need of this host. Only sock_diag itself is required. */
export function* snapshotChecks(): Generator<HostCheck> {
  yield attempt('sock_diag IPv4', true, 'the kernel lacks CONFIG_INET_TCP_DIAG', () => sockets(4));
  yield attempt('sock_diag IPv6', false, 'IPv6 sockets are not seen', () => sockets(6));
  yield attempt('network namespaces', false, 'the others are not looked at: that needs root (CAP_SYS_ADMIN)', () => {
    const places = listNetns();
    for (const { path, netns } of places) insideNetns(path, () => undefined, netns);
    return `${places.length} found, all can be entered`;
  });
  yield attempt('destroy groups', false, 'record --source diag hears no last words of sockets', () => {
    const refusal = destroyedRefusal();
    if (refusal !== undefined) throw new Error(refusal);
    return 'can be heard';
  });
  yield attempt('owners', false, 'processes of others stay unknown without root', () => {
    return `the ${readdirSync('/proc/1/fd').length} descriptors of process 1 can be read`;
  });
}

function sockets(family: 4 | 6): string {
  return `${dumpSockets({ families: [family], extensions: 0 }).length} sockets`;
}

function attempt(name: string, required: boolean, remedy: string, work: () => string): HostCheck {
  try {
    return { name, ok: true, detail: work(), required };
  } catch (error) {
    return { name, ok: false, detail: error instanceof Error ? error.message : String(error), remedy, required };
  }
}
