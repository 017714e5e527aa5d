import type { Family } from '../model/address.js';
import type { Connection } from '../model/connection.js';
import { originOfCode } from '../model/stored-codes.js';
import { MINUTE_US, type OrdinaryValues } from './ordinary.js';

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

/** Folds connections into one row a minute, process and peer. It has no more rows than a segment has connections. */
export class CountedConnections {
  private readonly rows = new Map<string, Counted>();

  add(connection: Connection): void {
    const { netns, comm, origin, tuple, openedUs, closedUs = openedUs, bytesSent = 0, bytesReceived = 0 } = connection;
    const { family, remoteAddr } = tuple;
    const minuteUs = Math.floor(closedUs / MINUTE_US) * MINUTE_US;
    const remotePort = origin === 'connect' ? tuple.remotePort : 0;
    const localPort = origin === 'connect' ? 0 : tuple.localPort;
    const lifeUs = closedUs - openedUs;
    const one = { connections: 1, bytesSent, bytesReceived, lifeUs, longestUs: lifeUs };
    this.sum({ minuteUs, netns, comm, origin, family, remoteAddr, remotePort, localPort, ...one });
  }

  /** A row that SQLite counted. Returns of how many connections it is. */
  addOrdinary(values: OrdinaryValues): number {
    const [minuteUs, netns, comm, origin, family, remoteAddr, remotePort, localPort, ...sums] = values;
    const [connections, bytesSent, bytesReceived, lifeUs, longestUs] = sums;
    this.sum({
      ...{ minuteUs, netns, comm: comm ?? undefined, origin: originOfCode(origin) ?? 'unknown' },
      ...{ family: family === 6 ? 6 : 4, remoteAddr, remotePort, localPort },
      ...{ connections, bytesSent, bytesReceived, lifeUs, longestUs },
    });
    return connections;
  }

  private sum(row: Counted): void {
    const { minuteUs, netns, comm, origin, family, remoteAddr, remotePort, localPort } = row;
    const key = `${minuteUs} ${netns} ${origin} ${family} ${remoteAddr} ${remotePort} ${localPort} ${comm ?? ''}`;
    const known = this.rows.get(key);
    if (known === undefined) {
      this.rows.set(key, row);
      return;
    }
    known.connections += row.connections;
    known.bytesSent += row.bytesSent;
    known.bytesReceived += row.bytesReceived;
    known.lifeUs += row.lifeUs;
    known.longestUs = Math.max(known.longestUs, row.longestUs);
  }

  all(): Counted[] {
    return [...this.rows.values()];
  }
}
