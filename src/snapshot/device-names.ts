import type { NetlinkSocket } from '../sys/netlink.js';
import { AT } from './inet-diag-msg.js';

/** Rows of a dump, and where each struct inet_diag_msg begins. */
interface DumpedRows {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly starts: Int32Array<ArrayBuffer>;
}

/** Names of the interfaces that sockets are bound to, by index. */
export function deviceNames(socket: NetlinkSocket, ...dumps: readonly DumpedRows[]): Map<number, string> {
  const names = new Map<number, string>();
  for (const rows of dumps) addNames(names, socket, rows);
  return names;
}

function addNames(names: Map<number, string>, socket: NetlinkSocket, { bytes, starts }: DumpedRows): void {
  const view = new DataView(bytes.buffer);
  for (const start of starts) {
    const index = view.getUint32(start + AT.interface, true);
    if (index === 0 || names.has(index)) continue;
    const name = socket.interfaceName(index);
    if (name !== undefined) names.set(index, name);
  }
}
