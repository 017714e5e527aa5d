import type Database from 'better-sqlite3';

/** Why a part of the history was taken out: by age, by the file's size. */
export type PruneReason = 'retain' | 'max-size';

/** What goes with the connections that closed through a time, and is not of one of them. */
const OF_THE_TIME = [
  `DELETE FROM events WHERE id IN (
     SELECT id FROM events WHERE connection_id IS NULL AND at_us <= @throughUs ORDER BY at_us LIMIT @count)`,
  'DELETE FROM gaps WHERE id IN (SELECT id FROM gaps WHERE from_us <= @throughUs AND to_us <= @throughUs LIMIT @count)',
  `DELETE FROM snapshots WHERE (netns, at_us) IN (
     SELECT s.netns, s.at_us FROM (
       WITH RECURSIVE each(netns) AS (
         SELECT min(netns) FROM snapshots
         UNION ALL SELECT (SELECT min(netns) FROM snapshots WHERE netns > each.netns) FROM each WHERE netns IS NOT NULL
       ) SELECT netns FROM each WHERE netns IS NOT NULL
     ) n CROSS JOIN snapshots s ON s.netns = n.netns AND s.at_us <= @throughUs LIMIT @count)`,
] as const;

/** Takes connections out with all their rows, and keeps account of it in the table `prunings`: one row a pruner and reason. */
export class ConnectionRemoval {
  private readonly ofConnections: readonly Database.Statement[];
  private readonly ofTheTime: readonly Database.Statement[];
  private readonly account: Database.Statement;
  private readonly openAccount: Database.Statement;
  private readonly accounts = new Map<PruneReason, number>();

  constructor(database: Database.Database) {
    const among = '(SELECT value FROM json_each(?))';
    this.ofConnections = [
      database.prepare(`DELETE FROM owner WHERE connection_id IN ${among}`),
      database.prepare(`DELETE FROM samples WHERE connection_id IN ${among}`),
      database.prepare(`DELETE FROM events WHERE connection_id IN ${among}`),
      database.prepare(`DELETE FROM socket WHERE id IN ${among}`),
    ];
    this.ofTheTime = OF_THE_TIME.map((sql) => database.prepare(sql));
    this.openAccount = database.prepare(
      'INSERT INTO prunings (at_us, through_us, connections, reason) VALUES (@nowUs, @throughUs, 0, @reason)',
    );
    this.account = database.prepare(
      `UPDATE prunings SET at_us = @nowUs, through_us = max(through_us, @throughUs), connections = connections + @count
       WHERE id = @id`,
    );
  }

  /** Removes connections that closed through `throughUs`. To be called in a transaction. */
  remove(ids: readonly number[], throughUs: number, nowUs: number, reason: PruneReason): void {
    if (ids.length === 0) return;
    const list = JSON.stringify(ids);
    for (const statement of this.ofConnections) statement.run(list);
    let id = this.accounts.get(reason);
    if (id === undefined) {
      id = Number(this.openAccount.run({ nowUs, throughUs, reason }).lastInsertRowid);
      this.accounts.set(reason, id);
    }
    this.account.run({ id, nowUs, throughUs, count: ids.length });
  }

  /** Removes up to `count` each of the gaps, snapshots and events without a connection of the time through `throughUs`; how many there were. */
  removeTime(throughUs: number, count: number): number {
    return this.ofTheTime.reduce((sum, statement) => sum + statement.run({ throughUs, count }).changes, 0);
  }
}
