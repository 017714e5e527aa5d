/** The connections that `sstory timeline` shows. */
import type Database from 'better-sqlite3';
import type { Condition } from '../../model/condition.js';
import type { Connection } from '../../model/connection.js';
import type { Interval } from '../../model/interval.js';
import { connectionsInOrder } from '../../query/connections-in-order.js';
import { fulfils, type StayWish } from '../../query/stays.js';

/** Those that fulfil a wish, in the order in which they opened; with `count` only the last so many. */
export function matchingLives(
  database: Database.Database,
  span: Interval,
  wish: StayWish,
  condition: Condition | undefined,
  count: number | undefined,
): Iterable<Connection> {
  const { fromUs, toUs } = wish;
  if (count === undefined) return passing(connectionsInOrder(database, fromUs, toUs, { condition }), span, wish);
  const last: Connection[] = [];
  if (count === 0) return last;
  for (const each of passing(
    connectionsInOrder(database, fromUs, toUs, { condition, newestFirst: true }),
    span,
    wish,
  )) {
    if (last.push(each) >= count) break;
  }
  return last.reverse();
}

function* passing(connections: Iterable<Connection>, span: Interval, wish: StayWish): Generator<Connection> {
  for (const connection of connections) if (fulfils(connection, span.toUs, wish)) yield connection;
}
