/** What the history knows of peers: which of their ports were tried from here, and which ever answered. */

import type Database from 'better-sqlite3';
import { plainAddress } from '../model/address.js';
import type { Connection } from '../model/connection.js';
import { STEP_SQL } from '../model/path-layout.js';
import { codeOfCloseReason, codeOfOrigin } from '../model/stored-codes.js';
import { listenersBetween } from '../query/listeners.js';
import { identityOf, type NetnsReuse } from '../query/netns-reuse.js';
import { STEP_OF_ELEMENT } from '../query/path-sql.js';
import { storedForms } from './address-forms.js';
import { ESTABLISHED_MASK } from './state-masks.js';

/** A port of a peer, from the connections of one namespace to it. */
export interface PeerPort {
  readonly port: number;
  readonly tried: number;
  /** How many were established, and when the last of them was opened. */
  readonly established: number;
  readonly lastEstablishedUs: number | undefined;
  /** Answered by a RST. */
  readonly refused: number;
  readonly lastRefusedUs: number | undefined;
  readonly timedOut: number;
  readonly firstTriedUs: number;
}

export interface Peer {
  readonly ports: readonly PeerPort[];
  /** Connections that the peer made to this host. */
  readonly inbound: number;
  readonly lastInboundUs: number | undefined;
}

/** A SYN is answered by then, or never. */
const LONGEST_HANDSHAKE_US = 600_000_000;
/** By the instant: of connections that were opened shortly before it, the steps have to be read. */
const ESTABLISHED = `((states & ${ESTABLISHED_MASK}) <> 0 AND (opened_us < @atUs - ${LONGEST_HANDSHAKE_US} OR EXISTS (
  SELECT 1 FROM json_each(socket.path) WHERE ((1 << ${STEP_SQL.newState(STEP_OF_ELEMENT)}) & ${ESTABLISHED_MASK}) <> 0
    AND opened_us + ${STEP_SQL.delayUs(STEP_OF_ELEMENT)} <= @atUs)))`;
/** What was there before the recorder came to a listener where one has its local port. */
const INBOUND = `(origin = ${codeOfOrigin('accept')} OR origin = ${codeOfOrigin('before-recording')}
  AND local_port IN (SELECT value FROM json_each(@listening)))`;
/** One pass over the table for all addresses together: no index covers addresses. `which`: of the namespaces that had the inode number. */
const PEERS = (which: string) => `
SELECT netns, ${which} AS which,
  remote_addr AS address,
  CASE WHEN ${INBOUND} THEN 0 ELSE remote_port END AS port,
  count(*) AS tried,
  count(*) FILTER (WHERE ${ESTABLISHED}) AS established,
  max(CASE WHEN ${ESTABLISHED} THEN opened_us END) AS lastEstablishedUs,
  count(*) FILTER (WHERE closed_us <= @atUs AND close_reason = ${codeOfCloseReason('refused')}) AS refused,
  max(CASE WHEN closed_us <= @atUs AND close_reason = ${codeOfCloseReason('refused')} THEN closed_us END) AS lastRefusedUs,
  count(*) FILTER (WHERE closed_us <= @atUs AND close_reason = ${codeOfCloseReason('timed out')}) AS timedOut,
  min(opened_us) AS firstTriedUs
FROM socket
WHERE remote_addr IN (SELECT value FROM json_each(@addresses)) AND opened_us <= @atUs
GROUP BY 1, 2, 3, 4`;

interface PeerRow {
  readonly netns: number;
  readonly which: number;
  readonly address: string;
  readonly port: number;
  readonly tried: number;
  readonly established: number;
  readonly lastEstablishedUs: number | null;
  readonly refused: number;
  readonly lastRefusedUs: number | null;
  readonly timedOut: number;
  readonly firstTriedUs: number;
}

/** Reads what is known of peers, each address once. */
export class Peers {
  private readonly known = new Map<string, { ports: PeerPort[]; inbound: number; lastInboundUs: number | undefined }>();
  private readonly read = new Set<string>();
  private listeningPorts: string | undefined;

  constructor(
    private readonly database: Database.Database,
    private readonly atUs: number,
    private readonly reuse: NetnsReuse,
  ) {}

  /** Reads several addresses in one pass. */
  readAhead(addresses: Iterable<string>): void {
    const wanted = [...new Set([...addresses].map(plainAddress))].filter((address) => !this.read.has(address));
    if (wanted.length === 0) return;
    for (const address of wanted) this.read.add(address);
    const statement = this.database.prepare(PEERS(this.reuse.sql));
    const params = {
      addresses: storedForms(wanted),
      atUs: this.atUs,
      listening: this.listening(),
      changes: this.reuse.json,
    };
    for (const row of statement.iterate(params) as IterableIterator<PeerRow>) this.add(row);
  }

  /** The peer, from the connections of the namespace of this one. */
  peer({ netns, openedUs }: Pick<Connection, 'netns' | 'openedUs'>, address: string): Peer {
    this.readAhead([address]);
    return (
      this.known.get(`${this.reuse.identity(netns, openedUs)} ${plainAddress(address)}`) ?? {
        ports: [],
        inbound: 0,
        lastInboundUs: undefined,
      }
    );
  }

  /** The ports of listeners, as JSON. */
  private listening(): string {
    this.listeningPorts ??= JSON.stringify([
      ...new Set(listenersBetween(this.database, 0, this.atUs).map(({ tuple }) => tuple.localPort)),
    ]);
    return this.listeningPorts;
  }

  private add(row: PeerRow): void {
    const key = `${identityOf(row.netns, row.which)} ${plainAddress(row.address)}`;
    const peer = this.known.get(key) ?? { ports: [], inbound: 0, lastInboundUs: undefined };
    this.known.set(key, peer);
    if (row.port === 0) {
      peer.inbound += row.established;
      peer.lastInboundUs = latest(peer.lastInboundUs, row.lastEstablishedUs);
      return;
    }
    const other = peer.ports.findIndex(({ port }) => port === row.port);
    const port = portOf(row);
    if (other < 0) peer.ports.push(port);
    else peer.ports[other] = merged(peer.ports[other] ?? port, port);
  }
}

function portOf({ address: _address, netns: _netns, which: _which, ...row }: PeerRow): PeerPort {
  return {
    ...row,
    lastEstablishedUs: row.lastEstablishedUs ?? undefined,
    lastRefusedUs: row.lastRefusedUs ?? undefined,
  };
}

/** Adds up one port, which IPv4 and dual-stack sockets store under two forms of the address. */
function merged(a: PeerPort, b: PeerPort): PeerPort {
  return {
    port: a.port,
    tried: a.tried + b.tried,
    established: a.established + b.established,
    lastEstablishedUs: latest(a.lastEstablishedUs, b.lastEstablishedUs),
    refused: a.refused + b.refused,
    lastRefusedUs: latest(a.lastRefusedUs, b.lastRefusedUs),
    timedOut: a.timedOut + b.timedOut,
    firstTriedUs: Math.min(a.firstTriedUs, b.firstTriedUs),
  };
}

function latest(a: number | null | undefined, b: number | null | undefined): number | undefined {
  return Math.max(a ?? 0, b ?? 0) || undefined;
}
