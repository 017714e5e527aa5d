/** Connections in network namespaces with names, and in cgroups as container runtimes make them: recorded, and current. */
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { cgroup2Mount } from '../../src/sys/cgroup.js';
import type { Actor } from '../lab/actor.js';
import type { Netns } from '../lab/netns.js';
import { requireBpf } from '../lab/privileges.js';
import { query, Recorder, sstory } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';

const idOf = (index: number) => `${process.pid.toString(16).padStart(8, '0')}${index}`.repeat(8).slice(0, 64);

interface Row {
  readonly id: number;
  readonly netns_name: string | null;
  readonly container: string | null;
  readonly unit: string | null;
}

describe('places', () => {
  const stage = new Stage();
  let db: string;
  let netns: Netns;
  let actor: Actor;
  let port: number;
  let listener: number;
  const laterName = `sstory-${process.pid}-later`;

  before(async function () {
    requireBpf(this);
    if (cgroup2Mount() === undefined) this.skip();
    db = join(await stage.directory(), 'places.db');
    netns = await stage.netns();
    actor = await stage.actor('worker', netns);
    stage.use(await Recorder.start(db, '--source', 'bpf', '--interval', '100ms', '--no-names'));
    ({ listener, port } = await actor.listenAt('127.0.0.1'));
    await until('the namespace is found', () => namespaces().length === 1);
  });
  after(async () => {
    await execa('ip', ['netns', 'del', laterName], { reject: false });
    await stage[Symbol.asyncDispose]();
  });

  const namespaces = () =>
    query<{ name: string | null }>(db, 'SELECT name FROM namespaces WHERE netns = ? ORDER BY from_us', netns.inode);
  const connected = () =>
    query<Row>(
      db,
      `SELECT id, netns_name, container, unit FROM connections WHERE origin = 'connect' AND remote_port = ${port} ORDER BY id`,
    );

  /** Connects from inside a cgroup, which lives until `work` is done. */
  async function inContainer(id: string, work: (client: number) => Promise<unknown>): Promise<void> {
    const directory = join(cgroup2Mount() ?? '', `docker-${id}.scope`);
    mkdirSync(directory);
    try {
      writeFileSync(join(directory, 'cgroup.procs'), String(actor.pid));
      const client = await actor.socket();
      await actor.connect(client, '127.0.0.1', port);
      const { fd } = await actor.accept(listener);
      await work(client);
      await actor.close(client);
      await actor.close(fd);
    } finally {
      writeFileSync(join(cgroup2Mount() ?? '', 'cgroup.procs'), String(actor.pid));
      // A socket keeps the cgroup in the kernel, but not its directory.
      rmdirSync(directory);
    }
  }

  it('of containers are recorded, also of those that live for a moment', async () => {
    const ids = [1, 2, 3].map(idOf);
    for (const id of ids) {
      await inContainer(id, () => until('it is recorded', () => connected().some(({ container }) => container === id)));
    }
    deepEqual(
      connected().map(({ container, unit, netns_name }) => [container, unit, netns_name]),
      ids.map((id) => [id, `docker-${id}.scope`, netns.name]),
    );
    const { stdout } = await sstory('timeline', '--oneline', 'container', ids[1]?.slice(0, 12) ?? '', '--db', db);
    const both = stdout.split('\n').filter((line) => line.startsWith('#'));
    ok(both.length > 0 && both.every((line) => line.includes(`container ${ids[1]?.slice(0, 12)}`)), stdout);
    const all = await sstory('timeline', '--oneline', 'cgroup', `/docker-${ids[0]}.scope`, '--db', db);
    match(all.stdout, new RegExp(`netns ${netns.name} {2}container ${ids[0]?.slice(0, 12)}`));
  });

  it('of current sockets are shown and select', async () => {
    const id = idOf(4);
    await inContainer(id, async () => {
      const rows = async (...words: string[]) =>
        (await sstory('ss', '-ta', '--json', ...words)).stdout
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line) as Record<string, unknown>);
      const inAll = await rows('-N', 'all', 'container', id.slice(0, 12));
      ok(inAll.length > 0);
      for (const row of inAll) {
        deepEqual([row['container'], row['unit']], [id, `docker-${id}.scope`]);
        deepEqual([row['netns'], row['netns_name']], [netns.inode, netns.name]);
      }
      for (const words of [
        ['netns', netns.name, 'unit', `docker-${id}.scope`],
        ['-N', netns.name, 'cgroup', `/docker-${id}.scope`],
        ['-N', String(netns.inode), 'container', id],
        ['netns', String(netns.inode), 'and', 'container', id],
      ]) {
        equal((await rows(...words)).length, inAll.length, words.join(' '));
      }
      deepEqual(await rows('container', id), [], "this process's own namespace");
      const { stdout } = await sstory('ss', '-tan', 'netns', netns.name);
      match(stdout, new RegExp(`^Netns +State .*\n${netns.name} +LISTEN `));
    });
    for (const [flag, message] of [
      ['-s', /-s is for one network namespace/],
      ['-E', /-E is for one network/],
    ] as const) {
      const { exitCode, stderr } = await sstory('ss', flag, '-N', 'all');
      equal(exitCode, 255);
      match(stderr, message);
    }
  });

  it('have the name that the namespace had at that time', async () => {
    const [first] = connected();
    const [{ us } = { us: 0 }] = query<{ us: number }>(
      db,
      'SELECT opened_us + 1 AS us FROM connections WHERE id = ?',
      first?.id,
    );
    await execa('ip', ['netns', 'attach', laterName, String(actor.pid)]);
    await until('its new name is found', () => namespaces().length === 2);
    deepEqual(
      namespaces().map(({ name }) => name),
      [netns.name, laterName],
    );
    await inContainer(idOf(5), () => until('it is recorded', () => connected().length === 5));
    equal(connected().at(-1)?.netns_name, laterName);
    // The first one is in TIME-WAIT still: its transitions have the name of their time.
    const log = await sstory('log', '--json', 'container', idOf(1), '--db', db);
    match(
      log.stdout,
      new RegExp(`"connection_id":${first?.id},.*"netns_name":"${netns.name}".*"new_state":"SYN-SENT"`),
    );
    const then = await sstory('ss', '-tan', '-N', netns.name, '--at', `@${us / 1e6}`, '--db', db);
    match(then.stdout, new RegExp(`127\\.0\\.0\\.1:${port}`));
    const tooEarly = await sstory('ss', '-tanH', '-N', laterName, '--at', `@${us / 1e6}`, '--db', db);
    equal(tooEarly.stdout, '');
    match(tooEarly.stderr, /no network namespace was named .*-later then/);
    const { stdout } = await sstory('log', '--json', 'netns', laterName, 'container', idOf(5), '--db', db);
    ok(stdout.includes(`"netns_name":"${laterName}"`), stdout);
  });

  it('are not shown by ss --at in another namespace, as by ss', async () => {
    const { stdout, stderr } = await sstory('ss', '-tanH', '--at', 'end', '--db', db, 'sport', '=', `:${port}`);
    equal(stdout, '');
    match(stderr, /0 sockets in this network namespace \(-N all: in all\)/);
    const [file, args] = netns.inside(process.execPath, (await import('../lab/sstory.js')).MAIN);
    const inside = await execa(file, [...args, 'ss', '-tanH', '--at', 'end', '--db', db, 'sport', '=', `:${port}`]);
    match(inside.stdout, /^LISTEN/);
  });
});
