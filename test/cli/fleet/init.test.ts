import { deepEqual, equal, match } from 'node:assert/strict';
import { execa } from 'execa';
import { FLEET_TABLES } from '../../../src/fleet/tables.js';
import { requireChdb } from '../../fleet/chdb.js';
import { Gateway } from '../../fleet/gateway.js';
import { MAIN, sstory } from '../../lab/sstory.js';

describe('sstory fleet init --print', () => {
  it('prints the SQL without a connection', async () => {
    const { exitCode, stdout, stderr } = await sstory('fleet', 'init', 'https://a@ch.invalid:8443/tcp', '--print');
    deepEqual([exitCode, stderr], [0, '']);
    match(stdout, /^CREATE DATABASE IF NOT EXISTS `tcp`;\n/);
    for (const { name } of FLEET_TABLES) match(stdout, new RegExp(`CREATE TABLE IF NOT EXISTS ${name}_v1 \\(`));
    match(stdout, /ENGINE = ReplacingMergeTree\(version, is_deleted\)/);
    match(stdout, /INTERVAL 30 DAY\nSETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000;/);
    match(stdout, /GRANT INSERT, SELECT ON `tcp`\.lives_v1 TO `tcp_ship`;/);
    match(stdout, /GRANT SELECT ON `tcp`\.\* TO `tcp_read`;/);
  });

  it('replicates on a cluster', async () => {
    const { stdout } = await sstory(
      ...['fleet', 'init', 'https://a@ch.invalid:8443/tcp', '--print', '--on-cluster', 'main', '--retain', '7d'],
    );
    match(stdout, /^CREATE DATABASE IF NOT EXISTS `tcp` ON CLUSTER `main`;/);
    match(stdout, /CREATE TABLE IF NOT EXISTS lives_v1 ON CLUSTER `main` \(/);
    match(
      stdout,
      /ENGINE = ReplicatedReplacingMergeTree\('\/clickhouse\/tables\/\{shard\}\/\{database\}\/lives_v1', '\{replica\}'\)/,
    );
    match(stdout, /INTERVAL 7 DAY\nSETTINGS ttl_only_drop_parts = 1, replicated_deduplication_window = 10000;/);
    match(stdout, /GRANT ON CLUSTER `main` SELECT ON `tcp`\.\*/);
  });

  const refusals: readonly (readonly [readonly string[], RegExp])[] = [
    [['drop'], /unknown action "drop"/],
    [['init'], /init which database\? Give its URL/],
    [['init', 'ch.example'], /fleet init: invalid URL/],
    [['init', 'https://ch.example/x', '--retain', '90m'], /"90m" is not a number of days from 1d to 3650d/],
    [['init', 'https://ch.example/x', '--on-cluster', "a'b"], /"a'b" is not the name of a cluster/],
  ];
  for (const [args, message] of refusals) {
    it(`refuses ${args.join(' ')}`, async () => {
      const { exitCode, stderr } = await sstory('fleet', ...args);
      match(stderr, message);
      equal(exitCode, 2);
    });
  }
});

describe('sstory fleet init', () => {
  let gateway: Gateway;
  const init = async (...args: string[]) =>
    execa(process.execPath, [MAIN, 'fleet', 'init', gateway.url('admin').replace(/\w+$/, 'tcp'), ...args], {
      reject: false,
      env: gateway.environment('admin'),
    });
  const rows = <Row>(sql: string) => gateway.rows<Row>(sql);

  before(async function () {
    this.timeout(60_000);
    requireChdb(this);
    gateway = await Gateway.start({
      users: { admin: { password: 'root', may: ({ sql }) => mayMakeRoles || !/ROLE|GRANT/.test(sql) } },
    });
  });
  after(() => gateway?.close());
  let mayMakeRoles = true;

  it('makes the database, all tables and the roles, and nothing the second time', async () => {
    const first = await init();
    equal(first.exitCode, 0, first.stderr);
    match(first.stderr, /made the database tcp/);
    match(first.stderr, /16 statements run, all tables are there now/);
    match(first.stderr, /roles: tcp_ship for sstory ship, tcp_read for questions/);
    const second = await init();
    match(second.stderr, /tcp: all tables are there\n/);
    const [{ tables } = { tables: 0 }] = await rows<{ tables: number }>(
      "SELECT count() AS tables FROM system.tables WHERE database = 'tcp'",
    );
    equal(Number(tables), 2 * FLEET_TABLES.length);
  });

  it('adds the columns that are missing, and keeps the rows', async () => {
    await gateway.run(
      "INSERT INTO tcp.gaps_v1 (machine, from_us, to_us, gap_id) VALUES ('m', 1795000000000000, 1795000000000000, 5)",
    );
    await gateway.run('ALTER TABLE tcp.gaps_v1 DROP COLUMN lost');
    const { stderr } = await init();
    match(stderr, /1 statement run/);
    deepEqual(await rows('SELECT gap_id, lost FROM tcp.gaps'), [{ gap_id: 5, lost: null }]);
  });

  it('changes how long rows are kept only where that is asked for', async () => {
    const days = async () => {
      const [row] = await rows<{ engine: string }>(
        "SELECT engine_full AS engine FROM system.tables WHERE database = 'tcp' AND name = 'lives_v1'",
      );
      return /toIntervalDay\((\d+)\)/.exec(row?.engine ?? '')?.[1];
    };
    await init('--retain', '9d');
    equal(await days(), '9');
    await init();
    equal(await days(), '9');
  });

  it('reports roles that it may not make', async () => {
    mayMakeRoles = false;
    const { exitCode, stderr } = await init();
    mayMakeRoles = true;
    equal(exitCode, 0);
    match(
      stderr,
      /the roles tcp_ship and tcp_read were not made: .*admin may not do this.*\(--print shows their SQL\)/,
    );
  });

  it('lets a server of a cluster report which others are missing, before the client gives up', async () => {
    const missing = 'There are 1 unfinished hosts (0 of them are currently executing the task)';
    gateway.fault = ({ sql }) =>
      sql.includes('ON CLUSTER') ? { code: 159, type: 'TIMEOUT_EXCEEDED', message: missing } : undefined;
    try {
      const { exitCode, stderr } = await init('--on-cluster', 'main');
      equal(exitCode, 1);
      match(stderr, /There are 1 unfinished hosts/);
      const asked = gateway.requests.findLast(({ sql }) => sql.includes('ON CLUSTER `main`'));
      equal(asked?.settings.get('distributed_ddl_task_timeout'), '45');
    } finally {
      gateway.fault = () => undefined;
    }
  });
});
