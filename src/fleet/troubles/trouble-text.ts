/** Troubles of a fleet, in words. */
import { isMissingIpv6, meaningAtOnce } from '../../explain/connect-failed.js';
import { plainAddress } from '../../model/address.js';
import { canonicalAddress } from '../../model/address-bytes.js';
import { counted } from '../../model/counted.js';
import { endpoint } from '../../model/four-tuple.js';
import { durationText } from '../../model/time-text.js';
import type { FleetTrouble } from './fleet-trouble.js';

/** The end that the connections have in common: where hosts connected to, `:PORT` where they accepted; empty: none. */
export function endOfTrouble(trouble: FleetTrouble): string {
  const { isOutgoing, port } = trouble;
  if (isOutgoing === 1) return endpoint(addressOfTrouble(trouble), port);
  return port === 0 ? '' : `:${port}`;
}

/** What it is about: that end, or the programs. */
export function subjectOfTrouble(trouble: FleetTrouble): string {
  return endOfTrouble(trouble) || trouble.processes.join(' ');
}

/** As names have it. */
export function addressOfTrouble({ family, address }: FleetTrouble): string {
  return family === 4 ? plainAddress(address) : (canonicalAddress(address) ?? address);
}

/** One sentence, about all hosts. */
export function troubleSentence(trouble: FleetTrouble): string {
  const { kind, isOutgoing, count, cases, hosts, longestUs, isOver, error } = trouble;
  const end = endOfTrouble(trouble);
  const onHosts = `on ${counted(hosts, 'host')}`;
  const what = `${counted(count, 'connection')} ${onHosts} ${isOutgoing === 1 ? 'to' : 'accepted at'} ${end}`;
  const [was, has] = count === 1 ? ['was', 'has'] : ['were', 'have'];
  const longest = durationText(longestUs);
  switch (kind) {
    case 'unanswered SYN':
      return `The SYN of ${what} was not answered within a second: for ${longest} at most.`;
    case 'unanswered ARP':
      return `The SYN of ${what} did not leave its host: no neighbour answered for the address, or for the router to it.`;
    case 'local firewall':
      return `A firewall of the host itself dropped the SYN of ${what}.`;
    case 'refused':
      return `${what} ${was} refused.`;
    case 'timed out':
      return `${what} timed out.`;
    case 'reset':
      return `${what} ended by a reset.`;
    case 'no route':
      return `${what} ${error === '' ? 'ended because the peer was unreachable' : atOnce(trouble)}.`;
    case 'connect failed':
      return `${what} ${error === '' ? 'failed at once for a reason on the host itself' : atOnce(trouble)}.`;
    case 'port exhaustion':
      return `${what} failed at once with ${error}: no local port was left, or the local address does not exist.`;
    case 'FIN-WAIT-2 orphans':
      return `${what} ended as orphans in FIN-WAIT-2: the host closed, the peer never did, and the kernel gave up waiting.`;
    case 'self-connect':
      return `${what} had that address and port at both ends: no process listened there, and the kernel chose the same port as the local one.`;
    case 'CLOSE-WAIT leak':
      return `${counted(cases, 'process')} ${onHosts} held ${counted(count, 'socket')} in CLOSE-WAIT, the oldest for ${longest}: the peers had closed, and the process had not. No timer ends them.`;
    case 'TIME-WAIT pile-up':
      return `${counted(count, 'socket')} ${onHosts} toward ${end} were in TIME-WAIT at once: local ports run short. Keep connections open and use them again.`;
    case 'half-open flood':
      return `${counted(count, 'handshake')} with ${end} ${onHosts} ${was} started and not completed: clients that do not receive the SYN-ACKs, a scan, forged SYNs, or a full accept queue.`;
    case 'never accepted':
      return `${counted(count, 'connection')} ${onHosts} at ${end} ${has} waited to be accepted, the oldest for ${longest}: the process accepts none of them. Is it blocked, stopped or overloaded?`;
    case 'accept queue full':
      return `${isOver === 1 ? 'A full accept queue was' : 'A full accept queue is'} at ${end} of ${counted(cases, 'listener')} ${onHosts}, with ${counted(count, 'connection')} waiting, for ${longest} at most: the process accepts too slowly. Meanwhile the kernel drops SYNs and last ACKs of clients.`;
    case 'zero window':
      return `The receive window of the other end of ${what} ${isOver === 1 ? 'was' : 'has been'} zero, for ${longest} at most: it does not read.`;
    case 'unacknowledged data':
      return `${what} retransmitted data that the other end did not acknowledge, at least twice in a row.`;
    case 'listener restart':
      return `The listener at ${end} ${onHosts} was closed and opened again, up to ${longest} later: ${counted(count, 'connection')} of the same host failed meanwhile.`;
    case 'stale name':
      return `${what} went to an address that its name had lost before.`;
  }
}

function atOnce(trouble: FleetTrouble): string {
  const { error, family } = trouble;
  const remoteAddr = addressOfTrouble(trouble);
  const localAddr = family === 6 ? '::' : '0.0.0.0';
  const meaning = meaningAtOnce(error, { localAddr, localPort: 0, remoteAddr });
  const harmless = isMissingIpv6(error, remoteAddr) ? '; harmless where the program uses IPv4 then' : '';
  return `failed at once with ${error}${meaning === undefined ? '' : `: ${meaning}`}${harmless}`;
}
