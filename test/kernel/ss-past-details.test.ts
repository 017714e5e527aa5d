/**
 * What a kernel has only where it was built with it, over the past: cgroups that are gone, and details of bbr, dctcp, kTLS and MPTCP, as the
 * real ss printed them.
 */
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cgroup2Mount } from '../../src/sys/cgroup.js';
import { insideNetns } from '../../src/sys/netns.js';
import { differing, exactRows } from '../conformance/past-rows.js';
import { requireSs } from '../conformance/real-ss.js';
import type { Netns } from '../lab/netns.js';
import { atLeast } from '../lab/number-assertions.js';
import { missing, requireRoot } from '../lab/privileges.js';
import {
  acceptAt,
  closeSocket,
  connectTo,
  listenAt,
  makeSocket,
  OPTIONS,
  sendBytes,
  setOption,
} from '../lab/socket-calls.js';
import { answerOf } from '../lab/ss-answer.js';
import { query, Recorder } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';

const LOCAL = '127.0.0.1';
const [SOL_TCP, TCP_ULP] = [6, 31];

/** What the real ss printed, between two times. */
interface Look {
  readonly argv: readonly string[];
  readonly fromUs: number;
  readonly printed: string;
  readonly toUs: number;
}

describe('details of the past', function () {
  this.timeout(60_000);
  const stage = new Stage();
  let place: Netns;
  let db = '';
  const fds: number[] = [];

  const at = (us: number) => ['--at', `@${(us / 1e6).toFixed(6)}`, '--db', db, '-N', place.name];
  /** A moment with a snapshot after it. */
  const recorded = async (us = Date.now() * 1_000) => {
    await until('a snapshot', () => {
      const [row] = query<{ us: number | null }>(db, 'SELECT max(at_us) AS us FROM snapshots WHERE complete = 1');
      return (row?.us ?? 0) > us;
    });
    return us;
  };
  const look = async (...argv: string[]): Promise<Look> => {
    const fromUs = Date.now() * 1_000;
    const printed = await place.run('ss', ...argv);
    return { argv, fromUs, printed, toUs: Date.now() * 1_000 };
  };
  const compare = async ({ argv, fromUs, printed, toUs }: Look) => {
    const [before, after] = [await answerOf([...argv, ...at(fromUs)]), await answerOf([...argv, ...at(toUs)])];
    equal(after.code, 0, after.stderr);
    atLeast(exactRows(after.stdout), 2, 'rows as of the moment');
    deepEqual(differing(printed, before.stdout, after.stdout), { theirs: [], ours: [] });
  };
  /** Both ends of a connection whose client is made by `make`. */
  const connection = (port: number, make: () => number) => {
    const ends: number[] = [];
    insideNetns(place.path, () => {
      const listener = listenAt(LOCAL, port);
      const client = make();
      connectTo(client, LOCAL, port);
      ends.push(client, acceptAt(listener));
      fds.push(listener, ...ends);
    });
    return ends;
  };

  /** A connection whose kind of details this kernel has: its port; or why it has not. */
  interface Made {
    readonly name: string;
    readonly port?: number;
    readonly why: string;
  }

  const congested = (name: string, port: number) => (): Made => {
    const available = readFileSync('/proc/sys/net/ipv4/tcp_available_congestion_control', 'utf8').split(/\s+/);
    if (!available.includes(name)) return { name, why: 'not in tcp_available_congestion_control' };
    const [client = -1] = connection(port, () => makeSocket(LOCAL, undefined, [OPTIONS.congestion(name)]));
    sendBytes(client, 3_000);
    return { name, port, why: '' };
  };

  /** Without keys: the protocol is known by its name. */
  const encrypted = (): Made => {
    const ends = connection(8_004, () => makeSocket(LOCAL));
    try {
      for (const fd of ends) setOption(fd, [SOL_TCP, TCP_ULP, 'tls']);
    } catch {
      return { name: 'kTLS', why: 'the kernel has no upper layer protocol tls' };
    }
    return { name: 'kTLS', port: 8_004, why: '' };
  };

  const multipath = async (): Promise<Made> => {
    const name = 'MPTCP';
    if (!existsSync('/proc/sys/net/mptcp')) return { name, why: 'the kernel lacks it' };
    const [client, server] = [await stage.actor('client', place), await stage.actor('server', place)];
    const listener = await server.mptcpSocket();
    const port = await server.bind(listener, LOCAL);
    await server.listen(listener);
    const fd = await client.mptcpSocket();
    equal((await client.connect(fd, LOCAL, port)).errno, 0);
    const accepted = await server.accept(listener);
    await client.send(fd, 100);
    equal(await server.receive(accepted.fd), 100);
    return { name, port, why: '' };
  };

  const looks = new Map<string, Look>();
  const skipped = new Map<string, string>();

  before(async function () {
    requireRoot(this);
    requireSs(this);
    place = await stage.netns();
    db = join(await stage.directory(), 'details.db');
    const options = ['--source', 'diag', '--netns', 'self', '--interval', '200ms', '--no-names'];
    stage.use(await Recorder.startIn(place, db, ...options));
    const ports = new Map<string, number>();
    for (const make of [congested('bbr', 8_002), congested('dctcp', 8_003), encrypted, multipath]) {
      const { name, port, why } = await make();
      if (port === undefined) skipped.set(name, why);
      else ports.set(name, port);
    }
    // By then what has changed has been sampled.
    await recorded(Date.now() * 1_000 + 10_500_000);
    for (let count = 0; count < 3; count++) await recorded();
    for (const [name, port] of ports) looks.set(name, await look('-tniOH', `dport = :${port} or sport = :${port}`));
    for (let count = 0; count < 3; count++) await recorded();
  });
  after(async () => {
    for (const fd of fds) closeSocket(fd);
    await stage[Symbol.asyncDispose]();
  });

  it('select by a cgroup that is gone, and by one above it', async function () {
    const root = cgroup2Mount();
    if (root === undefined) missing(this, 'needs a hierarchy of cgroups of version 2');
    const outer = `sstory-test-${process.pid}.slice`;
    const inner = join(outer, 'inner.scope');
    const own = readFileSync('/proc/self/cgroup', 'utf8').match(/^0::(.*)$/m)?.[1] ?? '/';
    mkdirSync(join(root, inner), { recursive: true });
    try {
      writeFileSync(join(root, inner, 'cgroup.procs'), String(process.pid));
      connection(8_001, () => makeSocket(LOCAL));
    } finally {
      writeFileSync(join(root, own, 'cgroup.procs'), String(process.pid));
    }
    await recorded();
    const us = await recorded();
    rmdirSync(join(root, inner));
    rmdirSync(join(root, outer));
    await recorded();
    const ports = async (...filter: string[]) =>
      (await answerOf(['-tanH', ...at(us), ...filter])).stdout.match(/127\.0\.0\.1:8001\b/g)?.length ?? 0;
    const all = await ports('sport = :8001 or dport = :8001');
    atLeast(all, 3, 'a listener and both ends of its connection');
    for (const path of [`/${inner}`, `/${outer}`]) equal(await ports('cgroup', path), all, path);
    for (const path of [`/${outer.slice(0, -1)}`, `/${outer}/other`, '/']) equal(await ports('cgroup', path), 0, path);
    equal(await ports('cgroup', '!=', `/${outer}`), 0);
    match((await answerOf(['-tanHe', ...at(us), 'sport', '=', ':8001'])).stdout, new RegExp(`cgroup:/${inner} `));
  });

  it('are those of options that were set on a listener at rest', async () => {
    const listeners = insideNetns(place.path, () => [8_005, 8_006].map((port) => listenAt(LOCAL, port)));
    fds.push(...listeners);
    for (const [option, shown] of [
      [OPTIONS.device('lo'), '%lo:8005'],
      [OPTIONS.device(''), `${LOCAL}:8005`],
      [OPTIONS.priority(5), ' class_id:0x5'],
      [OPTIONS.freebind(), ' freebind '],
    ] as const) {
      for (let count = 0; count < 3; count++) await recorded();
      for (const fd of listeners) setOption(fd, option);
      for (let count = 0; count < 2; count++) await recorded();
      const seen = await look('-tleH', '--tos', '--inet-sockopt', '-n', 'sport >= :8005 and sport <= :8006');
      ok(seen.printed.includes(shown), seen.printed);
      await recorded();
      await compare(seen);
    }
  });

  for (const [name, shown] of [
    ['bbr', ' bbr:(bw:'],
    ['dctcp', ' dctcp:('],
    ['kTLS', ' tcp-ulp-tls '],
    ['MPTCP', ' tcp-ulp-mptcp flags:'],
  ] as const)
    it(`are those of ${name}`, async function () {
      const seen = looks.get(name);
      if (seen === undefined) {
        process.stderr.write(`    skipped: ${name}: ${skipped.get(name)}\n`);
        this.skip();
      }
      ok(seen.printed.includes(shown), seen.printed);
      await compare(seen);
    });
});
