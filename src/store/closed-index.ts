import type Database from 'better-sqlite3';
import type { Connection } from '../model/connection.js';
import { BulkInsert, BulkStatement, putColumns } from './bulk-insert.js';
import {
  HAS_NO_MEMBER,
  MERGE_LIVES,
  memberBitSql,
  membersOf,
  membersSql,
  slotOf,
  slotSql,
  stretchOf,
  stretchSql,
} from './lives-layout.js';
import { writtenClass } from './socket-columns.js';

/** The bits of a connection's id that are not part of its block. */
const BLOCK_BITS = 13;
/** Ids that one pass covers: it takes about 20 ms, and a query reads at most as many rows one by one. */
const BLOCK = 2 ** BLOCK_BITS;

/** The column `block` of `closed_port`, in SQL over the table `socket`. */
export const BLOCK_SQL = `id >> ${BLOCK_BITS}`;

const LIVES_COLUMNS = 'class, slot, stretch, members, to_us';
const PORTS = { table: 'closed_port', columns: ['block', 'remote', 'local', 'from_us', 'connection_id'] } as const;

/** A closed connection, as both tables have it. */
interface Entry {
  readonly id: number;
  readonly openedUs: number;
  readonly closedUs: number;
  readonly lifeClass: number;
  readonly block: number;
  readonly remotePort: number;
  readonly localPort: number;
}

/** The condition for a connection to be closed and not covered yet. */
export const IN_TAIL = 'socket.id > (SELECT closed_through.id FROM closed_through) AND life_class > 0';

/** Fills both tables with the closed connections of a range of ids, in sorted order: it costs half of random order. */
const COVER = [
  `INSERT INTO closed_life (${LIVES_COLUMNS})
   SELECT life_class, ${slotSql('opened_us')}, ${stretchSql('id')}, ${membersSql('id')}, max(closed_us) FROM socket
   WHERE id > @afterId AND id <= @throughId AND life_class > 0 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3 ${MERGE_LIVES}`,
  `INSERT OR REPLACE INTO closed_port (${PORTS.columns.join(', ')})
   SELECT ${BLOCK_SQL}, remote_port, local_port, opened_us, id FROM socket
   WHERE id > @afterId AND id <= @throughId AND life_class > 0 ORDER BY 1, 2, 3, 4`,
] as const;

/** The rows of closed connections in `closed_life`, with their bits in `members`. */
const LIVES_OF_IDS = `SELECT life_class AS class, ${slotSql('opened_us')} AS slot, ${stretchSql('id')} AS stretch,
  sum(${memberBitSql('id')}) AS members
  FROM socket WHERE life_class > 0 AND id IN (SELECT value FROM json_each(@ids)) GROUP BY 1, 2, 3`;

/**
 * The tables `closed_life` and `closed_port`: closed connections by lifetime and by ports, up to the id in `closed_through`. Later
 * ones are the tail, which queries read row by row.
 */
export class ClosedIndex {
  private readonly cover: readonly Database.Statement[];
  private readonly lives: BulkStatement<Entry>;
  private readonly ports: BulkInsert<Entry>;
  private readonly drop: readonly Database.Statement[];
  private readonly through: Database.Statement;
  private readonly setThrough: Database.Statement;
  private readonly lastId: Database.Statement;
  private readonly nextId: Database.Statement;

  /** `pass`: how many ids one pass covers. */
  constructor(
    private readonly database: Database.Database,
    private readonly pass = BLOCK,
  ) {
    this.cover = COVER.map((sql) => database.prepare(sql));
    this.lives = new BulkStatement<Entry>(database, {
      width: 5,
      put: putColumns<Entry>([
        (e) => e.lifeClass,
        (e) => slotOf(e.openedUs),
        (e) => stretchOf(e.id),
        (e) => membersOf(e.id),
        (e) => e.closedUs,
      ]),
      sql: (rows) => `INSERT INTO closed_life (${LIVES_COLUMNS}) VALUES ${rows} ${MERGE_LIVES}`,
    });
    this.ports = new BulkInsert<Entry>(database, {
      ...PORTS,
      put: putColumns<Entry>([(e) => e.block, (e) => e.remotePort, (e) => e.localPort, (e) => e.openedUs, (e) => e.id]),
      verb: 'INSERT OR REPLACE',
    });
    this.drop = [
      `UPDATE closed_life SET members = closed_life.members & ~gone.members FROM (${LIVES_OF_IDS}) AS gone
       WHERE closed_life.class = gone.class AND closed_life.slot = gone.slot AND closed_life.stretch = gone.stretch`,
      `DELETE FROM closed_life WHERE ${HAS_NO_MEMBER} AND (class, slot, stretch) IN
         (SELECT class, slot, stretch FROM (${LIVES_OF_IDS}))`,
      `DELETE FROM closed_port WHERE (block, remote, local, from_us, connection_id) IN
         (SELECT ${BLOCK_SQL}, remote_port, local_port, opened_us, id FROM socket
          WHERE id IN (SELECT value FROM json_each(@ids)))`,
    ].map((sql) => database.prepare(sql));
    this.through = database.prepare('SELECT id FROM closed_through').pluck();
    this.setThrough = database.prepare('UPDATE closed_through SET id = ?');
    this.lastId = database.prepare('SELECT coalesce(max(id), -1) FROM socket').pluck();
    this.nextId = database.prepare('SELECT min(id) FROM socket WHERE id > ?').pluck();
  }

  /** The last id that is covered. */
  get throughId(): number {
    return this.through.get() as number;
  }

  /**
   * To be called in the transaction that wrote these connections, the last of the new ones with `lastId`. A new one may have a lower id than
   * others before it: it is written when its four-tuple is known. Without those that ended before the end that was written: their entries
   * stay as they are. Covers the blocks that are complete now.
   */
  follow(lastId: number, written: readonly Connection[]): void {
    const { throughId } = this;
    const late = entriesOf(written, throughId);
    if (late.length > 0) {
      this.lives.run(late.sort(byLife));
      this.ports.insert(late.sort(byPorts));
    }
    if (lastId - throughId >= this.pass) this.coverThrough(throughId, this.endOfPass(lastId));
  }

  /** Covers the complete blocks of a tail that a writer before this one has left, each in a transaction of its own. */
  catchUp(): void {
    const lastId = this.endOfPass(this.lastId.get() as number);
    while (this.coverNext(lastId));
  }

  /** Covers all connections, each block in a transaction of its own. */
  complete(): void {
    while (this.completeNext());
  }

  /** Covers one more block of connections. Returns whether there was one. */
  completeNext(): boolean {
    return this.coverNext(this.lastId.get() as number);
  }

  /** To be called in the transaction that deletes these connections, before it does. */
  remove(ids: string): void {
    for (const statement of this.drop) statement.run({ ids });
  }

  private coverNext(lastId: number): boolean {
    const { throughId } = this;
    const nextId = this.nextId.get(throughId) as number | null;
    if (nextId === null || nextId > lastId) return false;
    this.database.transaction(() =>
      this.coverThrough(throughId, Math.min(lastId, this.endOfPass(nextId + this.pass))),
    )();
    return true;
  }

  private coverThrough(afterId: number, throughId: number): void {
    for (const statement of this.cover) statement.run({ afterId, throughId });
    this.setThrough.run(throughId);
  }

  /** The last id of the last pass that ends at `lastId` or before. */
  private endOfPass(lastId: number): number {
    return Math.floor((lastId + 1) / this.pass) * this.pass - 1;
  }
}

/** Those of connections that are written as closed, and whose block is covered. */
function entriesOf(connections: readonly Connection[], throughId: number): Entry[] {
  const entries: Entry[] = [];
  for (const connection of connections) {
    const { id, openedUs, closedUs, foreseenEnd, tuple } = connection;
    if (id > throughId) continue;
    const endUs = closedUs ?? foreseenEnd?.closedUs;
    if (endUs === undefined) continue;
    entries.push({
      id,
      openedUs,
      closedUs: endUs,
      lifeClass: writtenClass(connection),
      block: Math.floor(id / BLOCK),
      remotePort: tuple.remotePort,
      localPort: tuple.localPort,
    });
  }
  return entries;
}

function byLife(a: Entry, b: Entry): number {
  return a.lifeClass - b.lifeClass || a.openedUs - b.openedUs || a.id - b.id;
}

function byPorts(a: Entry, b: Entry): number {
  return a.block - b.block || a.remotePort - b.remotePort || a.localPort - b.localPort || a.openedUs - b.openedUs;
}
