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

  const BY_FILTER: readonly (readonly [words: readonly string[], ids: readonly number[]])[] = [
    [['netns', 'blue'], [3]],
    [['netns', 'red'], [4]],
    [
      ['netns', '!=', 'blue'],
      [1, 2, 4],
    ],
    [['netns', String(HOST)], [1]],
    [
      ['netns', `net:[${POD}]`],
      [2, 3, 4],
    ],
    [
      ['netns', 'red', 'or', 'netns', 'blue'],
      [3, 4],
    ],
    [
      ['container', ID],
      [2, 3],
    ],
    [
      ['container', 'c0ffee01c0ff'],
      [2, 3],
    ],
    [['container', 'c0f'], []],
    [
      ['container', '!=', 'c0ffee01c0ff'],
      [1, 4],
    ],
    [
      ['pod', UID],
      [2, 3],
    ],
    [
      ['pod', '6c2a4b1e'],
      [2, 3],
    ],
    [
      ['pod', UID.replaceAll('-', '_')],
      [2, 3],
    ],
    [['unit', 'nginx'], [1]],
    [['unit', 'nginx.service'], [1]],
    [['unit', 'nginx.scope'], []],
    [
      ['cgroup', POD_CGROUP],
      [2, 3],
    ],
    [
      ['cgroup', PODS],
      [2, 3],
    ],
    [
      ['cgroup', '/kubepods.slice/'],
      [2, 3],
    ],
    [
      ['cgroup', '/sys/fs/cgroup/unified/kubepods.slice'],
      [2, 3],
    ],
    [['cgroup', 'system.slice'], [1]],
    [
      ['cgroup', '!=', '/system.slice'],
      [2, 3, 4],
    ],
    [['cgroup', '/'], []],
    [
      ['cgroup', '!=', '/'],
      [1, 2, 3, 4],
    ],
    [['netns', 'blue', 'and', 'container', 'c0ffee01', 'dport', '=', ':9200'], [3]],
  ];
  for (const [words, ids] of BY_FILTER) {
    it(`is selected by ${words.join(' ')}`, async () => {
      const lines = (await run('timeline', '--oneline', ...words)).split('\n');
      deepEqual(
        lines.flatMap((line) => (/^#(\d+)/.exec(line)?.[1] ?? '').split('').map(Number)),
        ids,
      );
    });
  }

  it('is selected as of the time that is asked for', async () => {
    const ids = async (seconds: number, ...words: string[]) =>
      (await rows('ss', '-ta', '--json', '--at', at(seconds), ...words)).map(({ connection_id }) => connection_id);
    deepEqual(await ids(60, 'netns', 'blue'), [3]);
    equal(await run('ss', '-taH', '--at', at(35), 'netns', 'blue'), '');
    deepEqual(await ids(90, 'netns', 'red'), [4]);
    deepEqual(await ids(90, '-N', 'red'), [4]);
    deepEqual(await ids(60, '-N', String(POD)), [3]);
    equal(await run('ss', '-taH', '--at', at(90), '-N', 'blue'), '');
    const { stderr } = await sstory('ss', '-ta', '--at', at(90), '-N', 'blue', '--db', db);
    match(stderr, /no network namespace was named blue then: it was at another time/);
  });

  it('can be limited to a namespace by -N, in every command that shows connections', async () => {
    const outputs = {
      log: await run('log', '-N', 'blue'),
      timeline: await run('timeline', '--oneline', '-N', 'blue'),
      explain: await run('explain', '-N', 'blue', 'dport', '=', ':9200'),
      diff: await run('diff', at(45), at(90), '-N', 'blue'),
      replay: await run('replay', '--speed', 'max', '-N', 'blue'),
      export: await run('export', '-N', 'blue'),
      'ss --at': await run('ss', '-ta', '--at', at(60), '-N', 'blue'),
    };
    for (const [command, text] of Object.entries(outputs)) {
      match(text, /40003/, command);
      ok(!/40001|40002|40004/.test(text), `${command}: ${text}`);
    }
    for (const words of [['-N', 'all'], []])
      equal((await run('timeline', '--oneline', ...words)).match(/^#/gm)?.length, 4);
  });

  it('is in the header of a recording file, which keeps the names', async () => {
    const [file, again] = [join(await stage.directory(), 'a.sst'), join(await stage.directory(), 'again.db')];
    await run('export', '--format', 'recording', '-o', file);
    equal((await sstory('import', file, '--db', again)).exitCode, 0);
    const list = async (path: string) => (await sstory('export', '--format', 'jsonl', '--db', path)).stdout;
    equal(await list(again), await list(db));
    const part = `${file}.part`;
    await run('export', '--format', 'recording', '-o', part, '-N', 'blue', 'dport', '=', ':9200');
    const { stderr } = await sstory('import', part, '--db', `${again}.part`);
    match(stderr, /-N blue dport = :9200/);
    match(await list(`${again}.part`), /"netns_name":"blue"/);
  });

  it('of a name that never was is an error with the known names', async () => {
    for (const words of [
      ['log'],
      ['timeline'],
      ['diff', at(45), at(90)],
      ['replay'],
      ['export'],
      ['explain', '--all'],
    ]) {
      const { exitCode, stdout, stderr } = await sstory(...words, '-N', 'white', '--db', db);
      deepEqual([exitCode, stdout], [2, ''], words.join(' '));
      match(stderr, /no network namespace "white"\n.*known names: .*blue.* red/s);
    }
    equal((await sstory('ss', '--at', at(60), '-N', 'white', '--db', db)).exitCode, 1, 'as ss');
    const { exitCode, stderr } = await sstory('log', 'netns', 'white', '--db', db);
    equal(exitCode, 1);
    match(stderr, /unknown network namespace "white"\n {2}netns white\n {8}\^{5}\n.*known names: .*blue/s);
  });
});
