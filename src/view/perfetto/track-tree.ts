/** The tracks of connections: process, peer, connection. */
import { createHash } from 'node:crypto';
import type { Connection } from '../../model/connection.js';
import { endpoint } from '../../model/four-tuple.js';
import type { PacketWriter, Track } from './packet-writer.js';

/** Descriptors that are remembered as written. One that was forgotten is written again, which the format allows. */
const MOST_REMEMBERED = 20_000;

/** The uuids of connections, those of fixed tracks below, those of processes and peers above. */
const FIRST_CONNECTION = 2 ** 20;
const FIRST_HASHED = 2 ** 52;

/** Writes descriptors before they are needed, each once while it is remembered. */
export class TrackTree {
  private readonly known = new Map<string, number>();

  constructor(
    private readonly writer: PacketWriter,
    private readonly mostRemembered = MOST_REMEMBERED,
  ) {}

  /** The track of a connection. Its descriptor is written by each call: a connection is written once. */
  connection(connection: Connection): number {
    const uuid = FIRST_CONNECTION + connection.id;
    this.writer.track({ uuid, name: connectionName(connection), parent: this.peer(connection) });
    return uuid;
  }

  private peer(connection: Connection): number {
    const parent = this.process(connection);
    const name = peerName(connection);
    return this.described(`peer ${parent} ${name}`, (uuid) => ({ uuid, name, parent }));
  }

  /** The same pid with another name is another process track: it was given to another process, or called exec. */
  private process({ pid, comm }: Connection): number {
    if (pid === undefined) return this.described('no process', (uuid) => ({ uuid, name: 'process unknown' }));
    const name = `${comm ?? '?'}[${pid}]`;
    return this.described(`process ${name}`, (uuid) => ({ uuid, name, process: { pid, name: comm } }));
  }

  private described(key: string, describe: (uuid: number) => Track): number {
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const uuid = hashed(key);
    this.writer.track(describe(uuid));
    if (this.known.size >= this.mostRemembered) this.known.clear();
    this.known.set(key, uuid);
    return uuid;
  }
}

/** The same text has the same uuid, also when it was forgotten: 52 bits of its hash. */
function hashed(key: string): number {
  const hash = createHash('sha256').update(key).digest();
  return FIRST_HASHED + hash.readUIntBE(0, 6) * 16 + (hash.readUInt8(6) >> 4);
}

function connectionName({ id, origin, tuple }: Connection): string {
  const local = endpoint(tuple.localAddr, tuple.localPort);
  return origin === 'listen' ? `#${id} ${local}` : `#${id} ${local} > ${endpoint(tuple.remoteAddr, tuple.remotePort)}`;
}

/** What connections of one process have in common: the service that they were made to, or the host that made them. */
function peerName({ origin, tuple }: Connection): string {
  if (origin === 'listen') return 'listening';
  if (origin === 'connect') return `to ${endpoint(tuple.remoteAddr, tuple.remotePort)}`;
  return origin === 'accept' ? `from ${tuple.remoteAddr} to :${tuple.localPort}` : `with ${tuple.remoteAddr}`;
}
