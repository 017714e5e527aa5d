import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict';
import { join } from 'node:path';
import type { Connection } from '../../../src/model/connection.js';
import { NO_CHANGES } from '../../../src/model/history-batch.js';
import type { NameRecord } from '../../../src/model/name.js';
import { openForWriting } from '../../../src/store/database.js';
import { NameWriter } from '../../../src/store/name-writer.js';
import { RunRecord } from '../../../src/store/runs.js';
import { HistoryWriter } from '../../../src/store/writer.js';
import { LAB_RUN } from '../../lab/history.js';
import { sstory } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';

const S = 1_000_000;
const BASE_US = 1_795_000_000 * S;
const at = (seconds: number) => `@${BASE_US / S + seconds}`;

function connection(id: number, remoteAddr: string, netns = 1): Connection {
  const openedUs = BASE_US + 10 * S;
  const step = {
    atUs: openedUs,
    notBeforeUs: undefined,
    oldState: 'UNCONN',
    newState: 'ESTAB',
    source: 'probe',
  } as const;
  return {
    id,
    netns,
    tuple: { family: 4, localAddr: '192.0.2.100', localPort: 40_000 + id, remoteAddr, remotePort: 9_200 },
    state: 'ESTAB',
    openedUs,
    openedNotBeforeUs: undefined,
    openedSource: 'probe',
    closedUs: undefined,
    closedNotBeforeUs: undefined,
    closedSource: undefined,
    origin: 'connect',
    closeReason: undefined,
    pid: 10,
    tid: 10,
    comm: 'java',
    fd: 3,
    uid: 0,
    inode: 5,
    cookie: undefined,
    cgroup: undefined,
    bytesSent: 1,
    bytesReceived: 1,
    retransmits: 0,
    rttUs: undefined,
    steps: [step],
  };
}

/** kafka.test moves from .1 to .2 at 60 s; other.test is a name of namespace 2 alone. */
const NAMES: readonly NameRecord[] = (
  [
    ['kafka.test', '192.0.2.1', 5, 60, 'dns', 1, 'replaced'],
    ['kafka.test', '192.0.2.2', 60, 120, 'dns', 1, undefined],
    ['other.test', '192.0.2.2', 0, undefined, 'hosts', 2, undefined],
  ] as const
).map(([name, address, fromS, toS, source, netns, ended]) => ({
  name,
  address,
  fromUs: BASE_US + fromS * S,
  toUs: toS === undefined ? undefined : BASE_US + toS * S,
  source,
  netns,
  ended,
}));

function makeDatabase(path: string): void {
  const database = openForWriting(path);
  const run = new RunRecord(database, { ...LAB_RUN, pid: 1 });
  const connections = [connection(1, '192.0.2.1'), connection(2, '192.0.2.2'), connection(3, '192.0.2.2', 2)];
  new HistoryWriter(database).write(
    {
      ...NO_CHANGES,
      connections: connections.map((each) => ({ connection: each, isNew: true, firstNewStep: 0 })),
      throughUs: BASE_US,
    },
    BASE_US,
  );
  new NameWriter(database).write(NAMES);
  database.prepare("INSERT INTO namespaces (netns, name, from_us) VALUES (2, 'blue', ?)").run(BASE_US);
  run.note({ subject: 'names', text: '3 DNS answers came too fast' });
  run.end(BASE_US + 200 * S, 'clean');
  database.close();
}

describe('names in a history', () => {
  const stage = new Stage();
  let db: string;
  before(async () => {
    db = join(await stage.directory(), 'a.db');
    makeDatabase(db);
  });
  after(() => stage[Symbol.asyncDispose]());

  const peers = (stdout: string) => Array.from(stdout.matchAll(/(\S+):9200/g), ([, host]) => host);

  it('are what ss -r --at shows: those of that time, and of the namespace of each socket', async () => {
    const outcome = await sstory('ss', '-Hr', '--at', at(30), '--db', db);
    deepEqual(peers(outcome.stdout), ['kafka.test', '192.0.2.2', 'other.test']);
  });

  it('that had moved to another address are not shown but noted', async () => {
    const outcome = await sstory('ss', '-Hr', '--at', at(90), '--db', db);
    deepEqual(peers(outcome.stdout), ['192.0.2.1', 'kafka.test', 'other.test']);
    match(outcome.stderr, /kafka\.test resolved to 192\.0\.2\.1 only until /);
  });

  it('are shown when their TTL is over and nothing else was answered', async () => {
    const outcome = await sstory('ss', '-Hr', '--at', at(150), '--db', db);
    deepEqual(peers(outcome.stdout), ['192.0.2.1', 'kafka.test', 'other.test']);
    match(outcome.stderr, /1 name comes from a DNS answer whose TTL had already expired/);
    match(outcome.stderr, /run 1: names: 3 DNS answers came too fast/);
  });

  it('are not shown without -r', async () => {
    deepEqual(peers((await sstory('ss', '-H', '--at', at(30), '--db', db)).stdout), [
      '192.0.2.1',
      '192.0.2.2',
      '192.0.2.2',
    ]);
  });

  it('resolve a host in a filter to its address at that time', async () => {
    const then = await sstory('ss', '-H', 'dst', 'kafka.test', '--at', at(30), '--db', db);
    deepEqual(peers(then.stdout), ['192.0.2.1']);
    match(then.stderr, /resolved kafka\.test to 192\.0\.2\.1 \(until .*\) from recorded names/);
    const later = await sstory('ss', '-H', 'dst', 'KAFKA.test:9200', '--at', at(90), '--db', db);
    deepEqual(peers(later.stdout), ['192.0.2.2', '192.0.2.2']);
  });

  it('resolve a host to all its addresses in a window', async () => {
    const all = await sstory('log', 'dst', 'kafka.test', '--db', db);
    deepEqual(peers(all.stdout), ['192.0.2.1', '192.0.2.2', '192.0.2.2']);
    const early = await sstory('log', 'dst', 'kafka.test', '--until', at(30), '--db', db);
    deepEqual(peers(early.stdout), ['192.0.2.1']);
  });

  for (const words of [
    ['timeline', '--oneline', '--until', at(30)],
    ['replay', '--speed', 'max', '--until', at(30)],
    ['diff', '--transitions', 'start', at(30)],
    ['export', '--until', at(30)],
    ['count', '--until', at(30)],
    ['explain', '--until', at(30)],
    ['explain', '--at', at(30)],
    ['explain', '--all', '--until', at(30)],
    ['export', '--format', 'recording', '--until', at(30)],
  ]) {
    it(`resolve a host to its addresses in the window of ${words.join(' ')}`, async () => {
      const { stderr, exitCode } = await sstory(...words, '--db', db, 'dst', 'kafka.test');
      equal(exitCode, 0, stderr);
      match(stderr, /^sstory: resolved kafka\.test to 192\.0\.2\.1 \(until \S+ \S+\) from recorded names$/m);
    });
  }

  it("say so where this host's resolver had to be asked", async () => {
    const outcome = await sstory('log', 'dst', 'localhost', '--db', db);
    match(outcome.stderr, /no addresses of localhost were recorded at that time/);
  });

  it('are listed by sstory names, oldest first', async () => {
    const outcome = await sstory('names', '--json', '--db', db);
    const rows = outcome.stdout.split('\n').filter((line) => line !== '');
    deepEqual(
      rows
        .map((line) => JSON.parse(line))
        .map(({ name, address, from_us, to_us, ended }) => [name, address, from_us, to_us, ended]),
      [
        ['other.test', '192.0.2.2', BASE_US, null, null],
        ['kafka.test', '192.0.2.1', BASE_US + 5 * S, BASE_US + 60 * S, 'replaced'],
        ['kafka.test', '192.0.2.2', BASE_US + 60 * S, BASE_US + 120 * S, null],
      ],
    );
    match(outcome.stderr, /run 1: names: 3 DNS answers came too fast/);
  });

  it('are shown with the name of their namespace, and its inode number where it has none', async () => {
    const { stdout } = await sstory('names', '--db', db);
    match(stdout, /other\.test .* blue$/m);
    match(stdout, /kafka\.test .* net:\[1\]$/m);
  });

  it('are listed for one name, one address, one window', async () => {
    const count = async (...words: string[]) => (await sstory('names', ...words, '--db', db)).stdout.split('\n').length;
    deepEqual([await count('Kafka.test.'), await count('192.0.2.2'), await count('--until', at(30))], [2, 2, 2]);
  });

  it('are none, which is said, where nothing was recorded', async () => {
    const outcome = await sstory('names', 'nobody.test', '--db', db);
    deepEqual([outcome.exitCode, outcome.stdout], [0, '']);
    match(outcome.stderr, /no matching names in this time range/);
  });

  for (const [words, exitCode, message] of [
    [['names', 'a b'], 2, /"a b" is neither/],
    [['names', '--reverse'], 2, /--reverse needs an address/],
    [['names', '--since', 'soon'], 2, /invalid time "soon"/],
    [['names', '--since', at(20), '--until', at(10)], 2, /later than/],
    [['names', 'a', 'b'], 2, /too many arguments/],
  ] as const) {
    it(`answer "${words.join(' ')}" with one clear line`, async () => {
      const outcome = await sstory(...words, '--db', db);
      equal(outcome.exitCode, exitCode);
      match(outcome.stderr, message);
      doesNotMatch(outcome.stderr, /^\s+at /m);
    });
  }

  it('have help', async () => match((await sstory('names', '--help')).stdout, /--since/));
});
