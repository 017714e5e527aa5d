import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { join } from 'node:path';
import type { RunStart } from '../../../src/model/run.js';
import { openForWriting } from '../../../src/store/database.js';
import { readHost } from '../../../src/sys/host.js';
import { ownNetns } from '../../../src/sys/netns.js';
import { connectionOf, usAt, writeHistory } from '../../lab/history.js';
import { sstory } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';

const OTHER = 4_026_539_999;

/** Connection 1 is in this process's network namespace, 2 in one that is called blue. */
function write(path: string, run: Partial<RunStart>): void {
  writeHistory(path, {
    connections: [
      connectionOf(
        1,
        [
          [10, 'SYN-SENT'],
          [11, 'ESTAB'],
        ],
        { netns: ownNetns() },
      ), // prettier-ignore
      connectionOf(
        2,
        [
          [10, 'SYN-SENT'],
          [11, 'ESTAB'],
        ],
        { netns: OTHER },
      ), // prettier-ignore
    ],
    namespaces: [
      { netns: ownNetns(), fromUs: usAt(1), toUs: undefined, netCookie: 1, name: undefined },
      { netns: OTHER, fromUs: usAt(1), toUs: undefined, netCookie: 2, name: 'blue' },
    ],
  });
  const database = openForWriting(path);
  database
    .prepare('UPDATE runs SET boot_id = ?, initial_netns = ?')
    .run(run.bootId ?? 'another', run.initialNetns ?? null);
  database.close();
}

describe('sstory ss --at, without -N', () => {
  const stage = new Stage();
  after(() => stage[Symbol.asyncDispose]());

  const answer = async (run: Partial<RunStart>, ...words: string[]) => {
    const path = join(await stage.directory(), 'a.db');
    write(path, run);
    const { exitCode, stdout, stderr } = await sstory('ss', '-tan', '--at', 'end', '--db', path, ...words);
    equal(exitCode, 0, stderr);
    return { stdout, stderr, ports: [...stdout.matchAll(/10\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port)) };
  };
  const { bootId } = readHost();

  it("shows the caller's own network namespace, as ss does", async () => {
    const { stdout, stderr, ports } = await answer({ bootId, initialNetns: OTHER });
    deepEqual(ports, [40_001]);
    match(stderr, /1 socket in this network namespace \(-N all: in all\)/);
    ok(!stdout.includes('Netns'));
  });

  it('shows the initial one of a recording from elsewhere, with a note', async () => {
    const { stderr, ports } = await answer({ initialNetns: OTHER });
    deepEqual(ports, [40_002]);
    match(stderr, /recorded on another host, or before it was booted: its initial network namespace is shown \(-N all/);
  });

  it('shows all where the initial one is not known', async () => {
    const { stdout, ports } = await answer({});
    deepEqual(ports, [40_001, 40_002]);
    ok(!stdout.includes('Netns'));
  });

  it('shows all with -N all, and where the filter chooses, with a column', async () => {
    const { stdout, ports } = await answer({ bootId }, '-N', 'all');
    deepEqual(ports, [40_001, 40_002]);
    match(stdout, new RegExp(`^Netns +State .*\n${ownNetns()} +ESTAB .*\nblue +ESTAB `));
    const chosen = await answer({ bootId }, 'netns', 'blue');
    deepEqual(chosen.ports, [40_002]);
    match(chosen.stdout, /^Netns +State .*\nblue +ESTAB /);
    deepEqual((await answer({ bootId }, '-N', 'blue')).ports, [40_002]);
  });

  it('shows names and parts of cgroups with -e, of recorded sockets only', async () => {
    const { stdout } = await answer({ bootId }, '-e', '-N', 'blue');
    match(stdout, / netns:blue age:/);
  });
});
