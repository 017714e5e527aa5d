import type Database from 'better-sqlite3';

/** The bits of a connection's id that are not part of its block. */
const BLOCK_BITS = 13;
/** Ids that one pass covers: it takes about 20 ms, and a query reads at most as many rows one by one. */
const BLOCK = 2 ** BLOCK_BITS;

const INTO_LIVES = 'INSERT OR REPLACE INTO closed_life (class, from_us, connection_id, to_us)';
const INTO_PORTS = 'INSERT OR REPLACE INTO closed_port (block, remote, local, from_us, connection_id)';

/** The condition for a connection to be closed and not covered yet. */
export const IN_TAIL = 'socket.id > (SELECT closed_through.id FROM closed_through) AND life_class > 0';

/** The rows of both tables for the closed connections that fulfil a condition, in sorted order: it costs half of random order. */
function rowsOf(where: string): readonly [lives: string, ports: string] {
  return [
    `SELECT life_class, opened_us, id, closed_us FROM socket WHERE ${where} AND life_class > 0 ORDER BY 1, 2, 3`,
    `SELECT id >> ${BLOCK_BITS}, remote_port, local_port, opened_us, id FROM socket WHERE ${where} AND life_class > 0 ORDER BY 1, 2, 3, 4`,
  ];
}

/**
 * The tables `closed_life` and `closed_port`: closed connections by lifetime and by ports, up to the id in `closed_through`. Later
 * ones are the tail, which queries read row by row.
 */
export class ClosedIndex {
  private readonly cover: readonly Database.Statement[];
  private readonly add: readonly Database.Statement[];
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
    const statements = (where: string) => {
      const [lives, ports] = rowsOf(where);
      return [database.prepare(`${INTO_LIVES} ${lives}`), database.prepare(`${INTO_PORTS} ${ports}`)];
    };
    this.cover = statements('id > @afterId AND id <= @throughId');
    this.add = statements('id IN (SELECT value FROM json_each(@ids))');
    this.drop = [
      `DELETE FROM closed_life WHERE (class, from_us, connection_id) IN
         (SELECT life_class, opened_us, id FROM socket WHERE id IN (SELECT value FROM json_each(@ids)))`,
      `DELETE FROM closed_port WHERE (block, remote, local, from_us, connection_id) IN
         (SELECT id >> ${BLOCK_BITS}, remote_port, local_port, opened_us, id FROM socket
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
   * To be called in the transaction that wrote connections up to `lastId`. `closedIds` are those that it closed. Covers the
   * blocks that are complete now.
   */
  follow(lastId: number, closedIds: readonly number[]): void {
    const { throughId } = this;
    const late = closedIds.filter((id) => id <= throughId);
    if (late.length > 0) for (const statement of this.add) statement.run({ ids: JSON.stringify(late) });
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
