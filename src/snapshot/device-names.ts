import type { NetlinkSocket } from '../sys/netlink.js';
import type { CopiedRows, RowBlock } from './changed-rows.js';
import { AT } from './inet-diag-msg.js';

/** Names of the interfaces that sockets are bound to, by index. */
export function deviceNames(socket: NetlinkSocket, rows: CopiedRows): Map<number, string> {
  const names = new Map<number, string>();
  for (const block of rows) addNames(names, socket, block);
  return names;
}

function addNames(names: Map<number, string>, socket: NetlinkSocket, { bytes, starts }: RowBlock): void {
  const view = new DataView(bytes.buffer);
  for (const start of starts) {
    const index = view.getUint32(start + AT.interface, true);
    if (index === 0 || names.has(index)) continue;
    const name = socket.interfaceName(index);
    if (name !== undefined) names.set(index, name);
  }
}
