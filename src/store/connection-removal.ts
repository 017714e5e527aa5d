import type Database from 'better-sqlite3';
import type { PruneReason } from '../model/history-rows.js';
import { ClosedIndex } from './closed-index.js';

/** Rows that belong to the connections @ids, up to @count: one connection can have a hundred thousand samples. */
const OF_CONNECTIONS = [
  `DELETE FROM sample WHERE (connection_id, at_us) IN (
     SELECT connection_id, at_us FROM sample WHERE connection_id IN (SELECT value FROM json_each(@ids)) LIMIT @count)`,
  `DELETE FROM events WHERE id IN (
     SELECT id FROM events WHERE connection_id IN (SELECT value FROM json_each(@ids)) LIMIT @count)`,
  `DELETE FROM owner WHERE (connection_id, pid, fd, from_us) IN (
     SELECT connection_id, pid, fd, from_us FROM owner WHERE connection_id IN (SELECT value FROM json_each(@ids)) LIMIT @count)`,
] as const;

/** Rows of the period before @throughUs that belong to no connection. */
const OF_THE_TIME = [
  `DELETE FROM events WHERE id IN (
     SELECT id FROM events WHERE connection_id IS NULL AND at_us <= @throughUs ORDER BY at_us LIMIT @count)`,
  // What was deleted before it was shipped has its gap in the time that is deleted.
  `DELETE FROM gaps WHERE id IN (
     SELECT id FROM gaps WHERE from_us <= @throughUs AND to_us <= @throughUs AND scope <> 'shipping' LIMIT @count)`,
  `DELETE FROM namespaces WHERE (netns, from_us) IN (
     SELECT netns, from_us FROM namespaces WHERE to_us <= @throughUs LIMIT @count)`,
  `DELETE FROM threads WHERE (pid, tid, from_us) IN (
     SELECT pid, tid, from_us FROM threads WHERE to_us <= @throughUs LIMIT @count)`,
  `DELETE FROM bound WHERE (netns, cookie, from_us) IN (
     SELECT netns, cookie, from_us FROM bound WHERE to_us <= @throughUs LIMIT @count)`,
  // Of those of the last two minutes some connections may be left.
  `DELETE FROM timewaits WHERE (netns, at_us, fact) IN (
     SELECT netns, at_us, fact FROM timewaits WHERE at_us <= @throughUs - 120000000 LIMIT @count)`,
  // The last one still holds.
  `DELETE FROM sockstat WHERE (netns, at_us) IN (
     SELECT s.netns, s.at_us FROM (SELECT netns, max(at_us) AS last_us FROM sockstat WHERE at_us <= @throughUs GROUP BY netns) n
     CROSS JOIN sockstat s ON s.netns = n.netns AND s.at_us < n.last_us LIMIT @count)`,
  `DELETE FROM snapshots WHERE (netns, at_us) IN (
     SELECT s.netns, s.at_us FROM (
       WITH RECURSIVE each(netns) AS (
         SELECT min(netns) FROM snapshots
         UNION ALL SELECT (SELECT min(netns) FROM snapshots WHERE netns > each.netns) FROM each WHERE netns IS NOT NULL
       ) SELECT netns FROM each WHERE netns IS NOT NULL
     ) n CROSS JOIN snapshots s ON s.netns = n.netns AND s.at_us <= @throughUs LIMIT @count)`,
] as const;

interface Removal {
  readonly ids: readonly number[];
  /** The latest time at which one of them closed. */
  readonly throughUs: number;
  readonly nowUs: number;
  readonly reason: PruneReason;
}

/** Deletes connections with all their rows, and counts them in the table `prunings`: one row per pruner and reason. */
export class ConnectionRemoval {
  private readonly ofConnections: readonly Database.Statement[];
  private readonly ofTheTime: readonly Database.Statement[];
  private readonly closed: ClosedIndex;
  private readonly sockets: Database.Statement;
  private readonly account: Database.Statement;
  private readonly openAccount: Database.Statement;
  private readonly accounts = new Map<PruneReason, number>();

  constructor(database: Database.Database) {
    this.ofConnections = OF_CONNECTIONS.map((sql) => database.prepare(sql));
    this.ofTheTime = OF_THE_TIME.map((sql) => database.prepare(sql));
    this.closed = new ClosedIndex(database);
    this.sockets = database.prepare('DELETE FROM socket WHERE id IN (SELECT value FROM json_each(?))');
    this.openAccount = database.prepare(
      'INSERT INTO prunings (at_us, through_us, connections, reason) VALUES (@nowUs, @throughUs, 0, @reason)',
    );
    this.account = database.prepare(
      `UPDATE prunings SET at_us = @nowUs, through_us = max(through_us, @throughUs), connections = connections + @count
       WHERE id = @id`,
    );
  }

  /**
   * Deletes up to `count` rows that belong to the connections, and the connections when none is left. Returns whether the
   * connections are deleted. To be called in a transaction.
   */
  remove({ ids, throughUs, nowUs, reason }: Removal, count: number): boolean {
    if (ids.length === 0) return true;
    const list = JSON.stringify(ids);
    let left = count;
    for (const statement of this.ofConnections) {
      left -= statement.run({ ids: list, count: left }).changes;
      if (left <= 0) return false;
    }
    this.closed.remove(list);
    this.sockets.run(list);
    let id = this.accounts.get(reason);
    if (id === undefined) {
      id = Number(this.openAccount.run({ nowUs, throughUs, reason }).lastInsertRowid);
      this.accounts.set(reason, id);
    }
    this.account.run({ id, nowUs, throughUs, count: ids.length });
    return true;
  }

  /** Deletes up to `count` gaps, snapshots and events without a connection, of the period through `throughUs`. Returns whether none is left. */
  removeTime(throughUs: number, count: number): boolean {
    let left = count;
    for (const statement of this.ofTheTime) {
      left -= statement.run({ throughUs, count: left }).changes;
      if (left <= 0) return false;
    }
    return true;
  }
}
