import { deepEqual, equal, match } from 'node:assert/strict';
import type Sqlite from 'better-sqlite3';
import fc from 'fast-check';
import type { NameRecord } from '../../src/model/name.js';
import { NameHistory } from '../../src/query/name-history.js';
import { NameMemo } from '../../src/query/ranking/name-memo.js';
import { MIGRATIONS } from '../../src/store/migrations/migrations.js';
import { endOpenNames, knownNames, NameWriter, openNames } from '../../src/store/name-writer.js';
import { Database } from '../../src/store/sqlite.js';

function stored(records: readonly NameRecord[]): Sqlite.Database {
  const database = new Database(':memory:');
  for (const migration of MIGRATIONS) database.exec(migration);
  new NameWriter(database).write(records);
  return database;
}

function record(
  name: string,
  address: string,
  fromUs: number,
  toUs?: number,
  more: Partial<NameRecord> = {},
): NameRecord {
  return { name, address, fromUs, toUs, source: 'dns', netns: 1, ended: undefined, ...more };
}

/** The name moved from .1 to .2 at 200; .1 has another name from 500 on. */
const MOVED = stored([
  record('kafka.test', '192.0.2.1', 100, 200, { ended: 'replaced' }),
  record('kafka.test', '192.0.2.2', 200, 260),
  record('redis.test', '192.0.2.1', 500, 560),
  record('kafka.test', '2001:db8::1', 100, 160),
  record('db.test', '192.0.2.2', 100, undefined, { source: 'hosts', netns: 2 }),
]);

describe('the name of an address', () => {
  const history = new NameHistory(MOVED);
  const nameAt = (address: string, us: number, netns?: number) => {
    const found = history.nameAt(address, us, netns);
    return found === undefined ? undefined : `${found.name} ${found.status}`;
  };

  it('is the one it had then', () => {
    equal(nameAt('192.0.2.1', 99), undefined);
    equal(nameAt('192.0.2.1', 100), 'kafka.test current');
    equal(nameAt('192.0.2.1', 530), 'redis.test current');
  });
  it('stays known when its TTL is over, and when it has moved', () => {
    equal(nameAt('192.0.2.2', 300, 1), 'kafka.test expired');
    equal(nameAt('192.0.2.1', 300), 'kafka.test ended');
  });
  it('comes from a hosts file first, as resolvers go', () => equal(nameAt('192.0.2.2', 230), 'db.test current'));
  it('can be asked for one namespace', () => {
    equal(nameAt('192.0.2.2', 230, 1), 'kafka.test current');
    equal(nameAt('192.0.2.1', 150, 2), undefined);
  });
  it('is that of the IPv4 address for a v4-mapped one', () =>
    equal(nameAt('::ffff:192.0.2.1', 150), 'kafka.test current'));
});

describe('the addresses of a name', () => {
  const history = new NameHistory(MOVED);
  const at = (us: number) => history.addressesOf('kafka.test', us).map(({ address, status }) => `${address} ${status}`);

  it('are those of then', () => {
    deepEqual(at(50), []);
    deepEqual(at(150).sort(), ['192.0.2.1 current', '2001:db8::1 current']);
    deepEqual(at(210).sort(), ['192.0.2.2 current', '2001:db8::1 expired']);
  });
  it('are those of the last answer where all TTLs are over', () => {
    deepEqual(at(1_000).sort(), ['192.0.2.2 expired', '2001:db8::1 expired']);
  });
  it('over a window are all that it had', () => {
    const over = (fromUs: number, toUs: number) =>
      history.addressesBetween('kafka.test', { fromUs, toUs }).map(({ address }) => address);
    deepEqual(over(150, 1_000).sort(), ['192.0.2.1', '192.0.2.2', '2001:db8::1']);
    deepEqual(over(900, 1_000).sort(), ['192.0.2.2', '2001:db8::1']);
  });
  it('are none where the last answer was that it has none', () => {
    const database = stored([record('a.test', '192.0.2.1', 100, 150, { ended: 'gone' })]);
    deepEqual(new NameHistory(database).addressesOf('a.test', 200), []);
  });
});

describe('the names of an inode number that stood for two network namespaces', () => {
  const database = stored([
    record('kafka.test', '192.0.2.1', 100, 200, { ended: 'replaced' }),
    record('kafka.test', '192.0.2.2', 200, 260),
    record('redis.test', '192.0.2.1', 500, 560),
    record('etcd.test', '192.0.2.1', 100, 560, { netns: 2 }),
  ]);
  const put = database.prepare('INSERT INTO namespaces (netns, from_us, to_us) VALUES (1, ?, ?)');
  put.run(50, 400);
  put.run(450, null);
  const history = new NameHistory(database);

  it('are those that the namespace of that time saw', () => {
    const names = [
      ...[200, 400, 401].map((us) => history.nameAt('192.0.2.1', us, 1)?.name),
      ...[400, 401, 500].map((us) => history.namesOf('192.0.2.1', 1)(us)?.name),
    ];
    deepEqual(names, ['kafka.test', 'kafka.test', undefined, 'kafka.test', undefined, 'redis.test']);
    const memo = new NameMemo(database);
    deepEqual(
      [400, 401, 500].map((us) => memo.nameAt('192.0.2.2', us, 1)),
      ['kafka.test', 'kafka.test', 'kafka.test'],
    );
    deepEqual(
      [400, 401, 500].map((us) => memo.nameAt('192.0.2.1', us, 1)),
      ['kafka.test', 'etcd.test', 'redis.test'],
    );
  });
  it('have its addresses, and left them where it saw that', () => {
    deepEqual(history.addressesOf('kafka.test', 500, 1), []);
    const then = history.addressesOf('kafka.test', 500, 1, 300).map(({ address }) => address);
    deepEqual(then, ['192.0.2.2']);
    const [old] = [...history.between({ fromUs: 0, toUs: 150 }, { name: 'kafka.test' })];
    equal(old && history.leftUs(old, 600), 200);
  });
  it('can be asked for other inode numbers', () => {
    equal(history.nameElsewhere('192.0.2.1', 550, 1)?.name, 'etcd.test');
    equal(history.nameElsewhere('192.0.2.2', 550, 1), undefined);
  });
});

describe('the history of names', () => {
  it('comes in the order of time, of all or of one, as far as it touches the window', () => {
    const history = new NameHistory(MOVED);
    const names = (fromUs: number, toUs: number, which?: { name: string } | { address: string }) =>
      [...history.between({ fromUs, toUs }, which)].map(({ name, address }) => `${name} ${address}`);
    deepEqual(names(0, 1_000, { address: '192.0.2.1' }), ['kafka.test 192.0.2.1', 'redis.test 192.0.2.1']);
    deepEqual(names(180, 199, { name: 'kafka.test' }), ['kafka.test 192.0.2.1']);
    equal(names(0, 1_000).length, 5);
    equal(names(600, 1_000).length, 1);
  });

  it('is empty in a database of a time before names', () => {
    const history = new NameHistory(new Database(':memory:'));
    equal(history.nameAt('192.0.2.1', 0), undefined);
    deepEqual(history.addressesOf('a.test', 0), []);
    deepEqual([...history.between({ fromUs: 0, toUs: 1 }, undefined)], []);
  });

  it('gives at any time the name that one of its records gives', () => {
    const any = fc.record({
      name: fc.constantFrom('a.test', 'b.test'),
      fromUs: fc.nat(1_000),
      lifeUs: fc.option(fc.nat(500), { nil: undefined }),
      ended: fc.constantFrom(undefined, 'replaced' as const),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 20 }), fc.nat(2_000), (records, us) => {
        const rows = new Map(
          records.map(({ name, fromUs, lifeUs, ended }) => {
            const toUs = lifeUs === undefined ? undefined : fromUs + lifeUs;
            return [`${name} ${fromUs}`, record(name, '192.0.2.1', fromUs, toUs, { ended })];
          }),
        );
        const begun = [...rows.values()].filter(({ fromUs }) => fromUs <= us);
        const current = begun.filter(({ toUs }) => toUs === undefined || toUs > us);
        const found = new NameHistory(stored([...rows.values()])).nameAt('192.0.2.1', us);
        equal(found === undefined, begun.length === 0);
        if (found === undefined) return;
        equal(found.status === 'current', current.length > 0);
        const newestUs = Math.max(...(current.length > 0 ? current.map((each) => each.fromUs) : [found.fromUs]));
        equal(found.fromUs, newestUs);
      }),
      { numRuns: 100 },
    );
  });

  it('of an address uses an index', () => {
    const plan = MOVED.prepare("EXPLAIN QUERY PLAN SELECT * FROM names WHERE address = 'x' AND from_us <= 1").all();
    match(JSON.stringify(plan), /SEARCH/);
  });
});

describe('a recording after another', () => {
  it('ends what had no end with the last sign of life, and goes on with what may still hold', () => {
    const database = stored([
      record('h.test', '192.0.2.1', 100, undefined, { source: 'hosts' }),
      record('long.test', '192.0.2.2', 100, 5_000),
      record('short.test', '192.0.2.3', 100, 200),
      record('moved.test', '192.0.2.4', 100, 4_000, { ended: 'replaced' }),
    ]);
    deepEqual(
      openNames(database).map(({ name }) => name),
      ['h.test'],
    );
    endOpenNames(database, 900);
    deepEqual(
      knownNames(database, 1_000).map(({ name }) => name),
      ['long.test'],
    );
    deepEqual(database.prepare("SELECT to_us FROM names WHERE name = 'h.test'").get(), { to_us: 900 });
  });
});
