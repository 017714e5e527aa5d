/** `-E`: sockets as the kernel destroys them, until Ctrl-C. */
import { statSync } from 'node:fs';
import { listenIn } from '../../snapshot/destroy-listeners.js';
import { decodeDiagMessages } from '../../snapshot/diag-row.js';
import { BURST_BYTES, NetlinkError } from '../../sys/netlink.js';
import { netnsNames, ownNetns } from '../../sys/netns.js';
import { closing } from '../closing.js';
import { interruptible } from '../output/interruption.js';
import { say } from '../output/say.js';
import type { SsFlags } from './flags.js';
import { wantsCgroups } from './live.js';
import { LiveCgroups } from './live-cgroups.js';
import { LiveInterfaces } from './live-interfaces.js';
import { onePathOf } from './live-netns.js';
import { show } from './output.js';
import { readSelection } from './selection.js';

const POLL_MS = 50;

/** Ends with Ctrl-C, SIGTERM, or the reader. Losses are reported on stderr. */
export async function followEvents(flags: SsFlags): Promise<number> {
  const selection = await readSelection({ ...flags, shown: 'all' });
  const { selects, oneState } = selection;
  const at = onePathOf(flags, '-E');
  const cgroups = wantsCgroups(flags, selection) ? new LiveCgroups() : undefined;
  const netns = at === undefined ? ownNetns() : statSync(at).ino;
  const netnsName = netnsNames().get(netns);
  const socket = listenIn(at ?? '/proc/thread-self/ns/net');
  using _socket = closing(socket);
  const buffer = new Uint8Array(BURST_BYTES);
  let first = true;

  async function drain(): Promise<void> {
    for (let length = receive(); length >= 0; length = receive()) {
      const rows = decodeDiagMessages(buffer.slice(0, length)).filter((row) =>
        selects(row, undefined, { netns, cgroup: cgroups?.of(row) }),
      );
      if (rows.length === 0 && !first) continue;
      const sockets = rows.map((row) => ({ row, owners: undefined, cgroup: cgroups?.of(row), netns, netnsName }));
      const interfaces = new LiveInterfaces();
      for (const row of rows) interfaces.add(row, at);
      await show(
        { sockets, oneState, interfaceName: (index, row) => interfaces.name(index, row) },
        { ...flags, header: flags.header && first },
      );
      first = false;
    }
  }

  function receive(): number {
    try {
      return socket.receiveNow(buffer);
    } catch (error) {
      if (!(error instanceof NetlinkError) || !error.overrun) throw error;
      say('the kernel dropped some events: they came faster than they were read');
      return receive();
    }
  }

  const { setTimeout: delay } = await import('node:timers/promises');
  await interruptible(async (asked) => {
    while (!asked.aborted) {
      await drain();
      await delay(POLL_MS, undefined, { signal: asked }).catch(() => undefined);
    }
  });
  return 0;
}
