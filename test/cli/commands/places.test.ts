import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { join } from 'node:path';
import { recordedCgroup } from '../../../src/model/cgroup.js';
import type { NamespaceRecord } from '../../../src/model/namespace.js';
import { writeCgroups } from '../../../src/store/cgroup-table.js';
import { openForWriting } from '../../../src/store/database.js';
import { connectionOf, usAt, writeHistory } from '../../lab/history.js';
import { sstory } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';

const ID = 'c0ffee01'.repeat(8);
const UID = '6c2a4b1e-7f3d-4a58-9c61-0d2f8e4b7a93';
const PODS = `/kubepods.slice/kubepods-pod${UID.replaceAll('-', '_')}.slice`;
const POD_CGROUP = `${PODS}/cri-containerd-${ID}.scope`;
const POD_PLACE = { cgroup: POD_CGROUP, container: ID, pod: UID, unit: `cri-containerd-${ID}.scope` };
const [HOST, POD] = [4_026_531_840, 4_026_532_177];

const namespace = (netns: number, fromS: number, toS: number | undefined, name?: string): NamespaceRecord => ({
  ...{ netns, fromUs: usAt(fromS), toUs: toS === undefined ? undefined : usAt(toS), name, netCookie: netns + 1 },
});

/**
 * Connection 1 is of a service of the host, 2 and 3 are of a pod, whose namespace is called `blue` from 40 s on. At 70 s the
 * namespace is gone, and its inode number another one's, called `red`, with connection 4.
 */
function write(path: string): void {
  writeHistory(path, {
    connections: [
      connectionOf(
        1,
        [
          [10, 'SYN-SENT'],
          [10.5, 'ESTAB'],
        ],
        { netns: HOST, cgroup: 11 },
      ), // prettier-ignore
      connectionOf(
        2,
        [
          [20, 'SYN-SENT'],
          [30, 'UNCONN'],
        ],
        { netns: POD, cgroup: 12 },
      ), // prettier-ignore
      connectionOf(
        3,
        [
          [25, 'SYN-SENT'],
          [50, 'ESTAB'],
          [70, 'UNCONN'],
        ],
        { netns: POD, cgroup: 12 },
      ), // prettier-ignore
      connectionOf(
        4,
        [
          [75, 'SYN-SENT'],
          [76, 'ESTAB'],
        ],
        { netns: POD },
      ), // prettier-ignore
    ],
    namespaces: [
      namespace(HOST, 1, undefined),
      namespace(POD, 21, 40),
      namespace(POD, 40, 70, 'blue'),
      { ...namespace(POD, 80, undefined, 'red'), netCookie: 99 },
    ],
  });
  const database = openForWriting(path);
  writeCgroups(database, [recordedCgroup(11, '/system.slice/nginx.service'), recordedCgroup(12, POD_CGROUP)]);
  database.close();
}

type Row = Readonly<Record<string, unknown>>;

describe('the place of a connection', () => {
  const stage = new Stage();
  let db: string;
  before(async () => {
    db = join(await stage.directory(), 'places.db');
    write(db);
  });
  after(() => stage[Symbol.asyncDispose]());

  const run = async (...words: string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await sstory(...words, '--db', db);
    equal(exitCode, 0, stderr);
    return stdout;
  };
  const rows = async (...words: string[]): Promise<Row[]> =>
    (await run(...words)).split('\n').map((line) => JSON.parse(line) as Row);
  const placeOf = ({ netns, netns_name, cgroup, container, pod, unit }: Row) => ({
    ...{ netns, netns_name, cgroup, container, pod, unit },
  });
  const at = (seconds: number) => `@${usAt(seconds) / 1e6}`;
  const blue = { netns: POD, netns_name: 'blue', ...POD_PLACE };
  const nginx = {
    ...{ netns: HOST, netns_name: null, cgroup: '/system.slice/nginx.service' },
    ...{ container: null, pod: null, unit: 'nginx.service' },
  };
  const red = { netns: POD, netns_name: 'red', cgroup: null, container: null, pod: null, unit: null };

  it('is in the JSON of every command that shows connections, with the name at that time', async () => {
    const shown = {
      timeline: await rows('timeline', '--json', '--id', '3'),
      explain: await rows('explain', '3', '--json'),
      diff: await rows('diff', at(32), at(90), 'sport', '=', ':40003', '--json'),
      log: (await rows('log', '--json', 'sport', '=', ':40003')).slice(1),
      replay: (await rows('replay', '--json', '--speed', 'max', 'sport', '=', ':40003')).slice(1),
      sockets_at: await rows(
        'sql',
        '--format',
        'json',
        `SELECT * FROM sockets_at(${usAt(60)}) WHERE connection_id = 3`,
      ),
      connections: await rows('export', '--format', 'jsonl', 'sport', '=', ':40003'),
    };
    // At T1 the namespace had no name.
    const then = { ...blue, netns_name: null };
    for (const [command, list] of Object.entries(shown)) {
      ok(list.length > 0, command);
      const expected = command === 'diff' ? then : blue;
      deepEqual(
        list.flat().map((row) => placeOf(row as Row)),
        list.flat().map(() => expected),
        command,
      );
    }
  });

  it('is that of each transition', async () => {
    const names = (await rows('log', '--json')).map(({ connection_id, netns_name }) => [connection_id, netns_name]);
    deepEqual(names, [
      [1, null],
      [1, null],
      [2, null],
      [3, null],
      [2, null],
      [3, 'blue'],
      [3, 'blue'],
      [4, 'red'],
      [4, 'red'],
    ]); // prettier-ignore
  });

  it('is in columns of the view `connections`', async () => {
    const list = await rows('export', '--format', 'jsonl');
    deepEqual(list.map(placeOf), [nginx, { ...blue, netns_name: null }, blue, red]);
  });

  it('is in the text of timeline, explain and log', async () => {
    match(await run('timeline', '--id', '3'), new RegExp(`^#3 .* netns blue \\(${POD}\\)$`, 'm'));
    const parts = `  container c0ffee01c0ff  pod ${UID}  unit cri-containerd-${ID}.scope`;
    ok((await run('timeline', '--id', '3')).includes(`\n  cgroup ${POD_CGROUP}\n${parts}`));
    ok((await run('explain', '3')).includes(`\n${parts}\n`));
    match(await run('explain', '3'), new RegExp(`netns blue \\(${POD}\\)`));
    match(
      await run('log', '-n', '3'),
      /ESTAB -> UNCONN {2}java\[42\] {2}netns blue {2}container c0ffee01c0ff {2}orderly/,
    );
    match(
      await run('timeline', '--oneline', 'sport', '=', ':40003'),
      / java\[42\] {2}netns blue {2}container c0ffee01c0ff {2}orderly$/,
    );
    ok(!(await run('log', 'sport', '=', ':40001')).includes('netns'));
  });
});
