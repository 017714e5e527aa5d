import { readdirSync } from 'node:fs';
import { counted } from '../model/counted.js';
import { messageOf } from '../model/error.js';
import type { HostCheck } from '../model/host-check.js';
import { insideNetns, listNetns } from '../sys/netns.js';
import { destroyedRefusal } from './destroyed.js';
import { dumpSockets } from './dump.js';

/** What snapshots need of this host. Only sock_diag itself is required. */
export function* snapshotChecks(): Generator<HostCheck> {
  yield attempt('sock_diag IPv4', true, 'the kernel lacks CONFIG_INET_TCP_DIAG', () => sockets(4));
  yield attempt('sock_diag IPv6', false, 'IPv6 sockets are not recorded', () => sockets(6));
  yield attempt(
    'network namespaces',
    false,
    'the other namespaces are not recorded: that needs root (CAP_SYS_ADMIN)',
    () => {
      const places = listNetns();
      for (const { path, netns } of places) insideNetns(path, () => undefined, netns);
      return `${places.length} found, all can be entered`;
    },
  );
  yield attempt('destroy groups', false, 'record --source diag will miss socket-destroy notifications', () => {
    const refusal = destroyedRefusal();
    if (refusal !== undefined) throw new Error(refusal);
    return 'notifications can be received';
  });
  yield attempt('owners', false, 'processes of other users stay unknown without root', () => {
    return `the ${readdirSync('/proc/1/fd').length} descriptors of process 1 can be read`;
  });
}

function sockets(family: 4 | 6): string {
  return counted(dumpSockets({ families: [family], extensions: 0 }).length, 'socket');
}

function attempt(name: string, required: boolean, remedy: string, work: () => string): HostCheck {
  try {
    return { name, ok: true, detail: work(), required };
  } catch (error) {
    return { name, ok: false, detail: messageOf(error), remedy, required };
  }
}
