/** What lanes are grouped and sorted by, in compact form. */
import type { LoggedConnection } from '../../model/connection.js';
import { codeOfOrigin } from '../../model/stored-codes.js';
import type { LaneFactValues } from '../../store/lane-columns.js';
import { bytes, doubles, integers, TextNumbers } from './numbers.js';

/** Of rows that are not known, as those that were pruned meanwhile, numbers are 0 and texts are empty. */
export class LaneFacts {
  /** Names of processes (empty: not known), and addresses. */
  readonly comms = new TextNumbers();
  readonly addresses = new TextNumbers();
  readonly processes = integers();
  readonly peers = integers();
  readonly locals = integers();
  readonly localPorts = integers();
  readonly remotePorts = integers();
  readonly netnses = doubles();
  /** -1: not known. */
  readonly cgroups = doubles();
  readonly asks = bytes();

  constructor() {
    for (const texts of [this.comms, this.addresses]) texts.of('');
  }

  /** Of a row; those before it are known, or will be. */
  put(row: number, values: LaneFactValues): void {
    this.netnses.put(row, values[1]);
    this.locals.put(row, this.addresses.of(values[2]));
    this.localPorts.put(row, values[3]);
    this.peers.put(row, this.addresses.of(values[4]));
    this.remotePorts.put(row, values[5]);
    this.asks.put(row, Number(isAsker(values[6], values[3], values[5])));
    this.processes.put(row, this.comms.of(values[7] ?? ''));
    this.cgroups.put(row, values[8] ?? -1);
  }
}

/** Those of a connection. */
export function factValues({ id, netns, tuple, origin, comm, cgroup }: LoggedConnection): LaneFactValues {
  const { localAddr, localPort, remoteAddr, remotePort } = tuple;
  return [
    ...([id, netns, localAddr, localPort, remoteAddr, remotePort] as const),
    ...([codeOfOrigin(origin), comm ?? null, cgroup ?? null] as const),
  ];
}

const [CONNECT, ACCEPT, LISTEN] = [codeOfOrigin('connect'), codeOfOrigin('accept'), codeOfOrigin('listen')];

/** The one that connected; where that is not known, the one whose port is the greater. */
function isAsker(origin: number, localPort: number, remotePort: number): boolean {
  if (origin === CONNECT) return true;
  if (origin === ACCEPT || origin === LISTEN) return false;
  return remotePort > 0 && remotePort < localPort;
}
