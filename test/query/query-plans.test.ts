import { equal, match, ok } from 'node:assert/strict';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { connectionsBetween } from '../../src/query/connections-between.js';
import { connectionsInOrder } from '../../src/query/connections-in-order.js';
import { everIn, historyFilter } from '../../src/query/history-filter.js';
import { lastEntries } from '../../src/query/log-backwards.js';
import { socketsAt } from '../../src/query/point-in-time.js';
import { openForReading } from '../../src/store/database.js';
import { NAMES } from '../filter/names.js';
import { BASE_US, connectionOf, usAt, writeHistory } from '../lab/history.js';
import { Stage } from '../lab/stage.js';

/** Runs a query and answers the plan of each statement over the table `socket` that it prepared. */
function plansOf(database: Database.Database, run: () => unknown): string[] {
  const statements = new Set<string>();
  const prepare = database.prepare.bind(database);
  Object.assign(database, {
    prepare: (sql: string) => {
      statements.add(sql);
      return prepare(sql);
    },
  });
  run();
  Object.assign(database, { prepare });
  return [...statements]
    .filter((sql) => /\b(FROM|JOIN) socket\b/.test(sql))
    .map((sql) => {
      const names = new Set([...sql.matchAll(/@(\w+)/g)].map(([, name]) => name ?? ''));
      const rest = [...sql.matchAll(/\?/g)].map(() => 1);
      const named = Object.fromEntries([...names].map((name) => [name, 1]));
      const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...rest, named) as { detail: string }[];
      return plan.map(({ detail }) => detail).join('; ');
    });
}

/** A filter whose `state X` means: was ever in X. */
async function conditionOf(database: Database.Database, words: readonly string[]) {
  return everIn(await historyFilter(database, words, NAMES));
}

describe('the plan of', () => {
  const stage = new Stage();
  let database: Database.Database;

  before(async () => {
    const path = join(await stage.directory(), 'history.db');
    const connections = Array.from({ length: 50 }, (_, index) =>
      connectionOf(index + 1, [
        [index, 'SYN-SENT'],
        [index + 2 ** (index % 12), 'UNCONN'],
      ]),
    );
    writeHistory(path, { connections });
    database = openForReading(path);
  });
  after(async () => {
    database.close();
    await stage[Symbol.asyncDispose]();
  });

  /** Every row of the table is met through an index or by its id. */
  function usesOnly(plans: readonly string[], index: RegExp): void {
    ok(plans.length > 0);
    for (const plan of plans) {
      match(plan, /SEARCH socket USING (COVERING INDEX|INDEX|INTEGER PRIMARY KEY)/);
      equal(/SCAN socket\b/.test(plan), false, plan);
    }
    ok(
      plans.some((plan) => index.test(plan)),
      plans.join('\n'),
    );
  }

  const BY_LIFE = /SEARCH closed_life USING PRIMARY KEY \(class=\? AND slot>\? AND slot<\?\)/;

  it('a point in time is a range of the table over lives', () => {
    usesOnly(
      plansOf(database, () => socketsAt(database, usAt(20))),
      BY_LIFE,
    );
  });

  it('a window is one too, in whatever order', () => {
    usesOnly(
      plansOf(database, () => [...connectionsBetween(database, BASE_US, usAt(9))]),
      BY_LIFE,
    );
    usesOnly(
      plansOf(database, () => [...connectionsInOrder(database, BASE_US, usAt(9))]),
      BY_LIFE,
    );
  });

  it('the last entries of the log is one too', () => {
    usesOnly(
      plansOf(database, () => lastEntries(database, BASE_US, usAt(100), 100)),
      BY_LIFE,
    );
  });

  it('the history of a four-tuple is a look-up of both ports, block by block', async () => {
    const condition = await conditionOf(database, ['src', '10.0.0.1:40007', 'dst', '10.0.0.2:9200']);
    const found = [...connectionsInOrder(database, BASE_US, usAt(900), { condition })];
    equal(found.length, 1);
    const plans = plansOf(database, () => [...connectionsInOrder(database, BASE_US, usAt(900), { condition })]);
    usesOnly(
      plans,
      /SEARCH closed_port USING PRIMARY KEY \(ANY\(block\) AND remote=\? AND local=\? AND from_us>\? AND from_us<\?\)/,
    );
    equal(
      plans.some((plan) => plan.includes('closed_life')),
      false,
    );
  });

  it("the history of a port's SYN-SENT is a look-up of that port, and of long lives a range of the index over lives", async () => {
    const condition = await conditionOf(database, ['state', 'syn-sent', 'dport', '=', ':9200']);
    const plans = plansOf(database, () => [...connectionsInOrder(database, BASE_US, usAt(9), { condition })]);
    usesOnly(plans, /SEARCH closed_port USING PRIMARY KEY \(ANY\(block\) AND remote=\?\)/);
    usesOnly(plans, BY_LIFE);
  });
});
