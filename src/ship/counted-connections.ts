import type { Family } from '../model/address.js';
import type { Connection } from '../model/connection.js';

/** Ordinary short connections of one minute, process and peer. */
export interface Counted {
  /** When the minute begins, microseconds. */
  readonly minuteUs: number;
  readonly netns: number;
  readonly comm: string | undefined;
  readonly origin: Connection['origin'];
  readonly family: Family;
  readonly remoteAddr: string;
  /** The port of the server: of the peer, or of this host where it accepted; the other one is 0. */
  readonly remotePort: number;
  readonly localPort: number;
  connections: number;
  bytesSent: number;
  bytesReceived: number;
  /** Sum and longest of their lives, microseconds. */
  lifeUs: number;
  longestUs: number;
}

const MINUTE_US = 60_000_000;

/** Folds connections into one row a minute, process and peer. It has no more rows than a segment has connections. */
export class CountedConnections {
  private readonly rows = new Map<string, Counted>();

  add(connection: Connection): void {
    const { netns, comm, origin, tuple, openedUs, closedUs = openedUs, bytesSent = 0, bytesReceived = 0 } = connection;
    const { family, remoteAddr } = tuple;
    const minuteUs = Math.floor(closedUs / MINUTE_US) * MINUTE_US;
    const remotePort = origin === 'connect' ? tuple.remotePort : 0;
    const localPort = origin === 'connect' ? 0 : tuple.localPort;
    const key = `${minuteUs} ${netns} ${origin} ${family} ${remoteAddr} ${remotePort} ${localPort} ${comm ?? ''}`;
    let row = this.rows.get(key);
    if (row === undefined) {
      const sums = { connections: 0, bytesSent: 0, bytesReceived: 0, lifeUs: 0, longestUs: 0 };
      row = { minuteUs, netns, comm, origin, family, remoteAddr, remotePort, localPort, ...sums };
      this.rows.set(key, row);
    }
    row.connections++;
    row.bytesSent += bytesSent;
    row.bytesReceived += bytesReceived;
    row.lifeUs += closedUs - openedUs;
    row.longestUs = Math.max(row.longestUs, closedUs - openedUs);
  }

  all(): Counted[] {
    return [...this.rows.values()];
  }
}
