import { anyAddress, plainAddress } from '../model/address.js';
import type { FourTuple } from '../model/four-tuple.js';
import { printable } from '../model/printable.js';

/** The filter with which tcpdump and its relatives capture the segments of a connection, both ways: pcap-filter(7). */
export function captureFilter(tuple: FourTuple): string {
  const one = packets(tuple, 'src', 'dst');
  const other = packets(tuple, 'dst', 'src');
  return printable(one === '' ? 'tcp' : `tcp and ((${one}) or (${other}))`);
}

/** Those that go one way; `local` is where they have this end. */
function packets(
  { localAddr, localPort, remoteAddr, remotePort }: FourTuple,
  local: 'src' | 'dst',
  remote: 'src' | 'dst',
): string {
  return [...end(local, localAddr, localPort), ...end(remote, remoteAddr, remotePort)].join(' and ');
}

/** A listener has no peer, and perhaps every address. */
function end(side: 'src' | 'dst', address: string, port: number): string[] {
  const isAny = address === anyAddress(4) || address === anyAddress(6);
  return [...(isAny ? [] : [`${side} host ${plainAddress(address)}`]), ...(port === 0 ? [] : [`${side} port ${port}`])];
}
