import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict';
import { join } from 'node:path';
import { BASE_US, connectionOf, usAt, writeHistory } from '../../lab/history.js';
import { sstory } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';

describe('sstory explain', () => {
  const stage = new Stage();
  let path: string;
  before(async () => {
    path = join(await stage.directory(), 'history.db');
    const refused = (id: number) =>
      connectionOf(
        id,
        [
          [id, 'SYN-SENT'],
          [id + 0.001, 'UNCONN'],
        ],
        { closeReason: 'refused' },
      );
    const connections = [
      ...Array.from({ length: 12 }, (_, index) => refused(index + 1)),
      connectionOf(
        20,
        [
          [40, 'SYN-SENT'],
          [40.1, 'ESTAB'],
        ],
        { comm: 'ja\nva' },
      ),
      connectionOf(
        21,
        [
          [50, 'SYN-SENT'],
          [57, 'UNCONN'],
        ],
        { closeReason: 'timed out', retransmits: 2 },
      ),
    ];
    const events = [51, 53].map((atS) => ({
      connectionId: 21,
      atUs: usAt(atS),
      kind: 'retransmit' as const,
      detail: 'SYN',
    }));
    writeHistory(path, { connections, events });
  });
  after(() => stage[Symbol.asyncDispose]());

  const explain = (...words: string[]) => sstory('explain', ...words, '--db', path);

  it('explains one connection by its number', async () => {
    const { stdout, stderr, exitCode } = await explain('20');
    equal(exitCode, 0);
    equal(stderr, '');
    match(
      stdout,
      /^#20 {2}10\.0\.0\.1:40020 > 10\.0\.0\.2:9200 {2}ja\\x0ava\[42\] {2}netns 1 {2}ESTAB for 59\.9s, at /,
    );
    match(stdout, /ja\\x0ava\[42\] and 10\.0\.0\.2:9200 are connected/);
  });

  it('says that nothing matches, and that the record has gaps where it could have been', async () => {
    equal((await explain('dst', ':1')).stderr, 'sstory: no matching connections in this time range');
    match((await explain('dst', ':1', '--at', `@${usAt(45) / 1e6}`)).stderr, /no matching connections at that time$/);
    const lossy = join(await stage.directory(), 'lossy.db');
    writeHistory(lossy, { connections: [], gaps: [{ fromUs: usAt(30), toUs: usAt(31) }] });
    const { stderr } = await sstory('explain', 'dst', ':1', '--db', lossy);
    match(stderr, /^sstory: the record has a gap in this window: .*\nsstory: no matching/);
  });

  it('wraps its lines at a hundred characters in a pipe', async () => {
    const { stdout } = await explain('21');
    deepEqual(
      stdout
        .split('\n')
        .slice(1)
        .filter((line) => line.length > 100),
      [],
    );
  });

  it('explains the worst of those that match, and counts the rest', async () => {
    const { stdout, stderr } = await explain('dport', '=', ':9200', '-n', '2');
    deepEqual(
      [...stdout.matchAll(/^#(\d+)/gm)].map(([, id]) => id),
      ['21', '12'],
    );
    match(stderr, /^sstory: 12 more match \(-n shows more\)/m);
  });

  it('takes a connect that was given up for worse than an orphan that its peer never closed', async () => {
    const db = join(await stage.directory(), 'ends.db');
    const orphan = connectionOf(
      1,
      [
        [1, 'SYN-SENT'],
        [1.1, 'ESTAB'],
        [2, 'FIN-WAIT-1'],
        [2.1, 'FIN-WAIT-2'],
        [62, 'UNCONN'],
      ],
      { closeReason: 'timed out' },
    );
    const givenUp = connectionOf(
      2,
      [
        [3, 'SYN-SENT'],
        [33, 'UNCONN'],
      ],
      { closeReason: 'aborted', retransmits: 3 },
    );
    writeHistory(db, { connections: [orphan, givenUp] });
    const idsOf = async (...words: string[]) =>
      [...(await sstory('explain', 'dst', ':9200', ...words, '--db', db)).stdout.matchAll(/^#(\d+)/gm)].map(
        ([, id]) => id,
      );
    deepEqual(await idsOf(), ['2', '1']);
    deepEqual(await idsOf('--until', `@${usAt(70) / 1e6}`), ['2', '1']);
  });

  it('takes `state X` for the last state of one that has ended, and for the state at --at', async () => {
    const ids = async (...words: string[]) =>
      [...(await explain(...words, '-n', '99')).stdout.matchAll(/^#(\d+)/gm)].map(([, id]) => id);
    deepEqual(await ids('state', 'established'), ['20']);
    deepEqual((await ids('state', 'syn-sent')).length, 13);
    deepEqual(await ids('state', 'syn-sent', '--at', `@${usAt(52) / 1e6}`), ['21']);
    deepEqual(await ids('state', 'syn-sent', '--at', `@${usAt(58) / 1e6}`), []);
  });

  it('writes one object per line', async () => {
    const { stdout } = await explain('21', '--json', '--at', `@${usAt(52) / 1e6}`);
    const { sentences, ...rest } = JSON.parse(stdout);
    deepEqual(rest, {
      type: 'explanation',
      connection_id: 21,
      at_us: usAt(52),
      at: new Date((BASE_US + 52e6) / 1000).toISOString().replace('.000Z', '.000000Z'),
      state: 'SYN-SENT',
      since_us: usAt(50),
      since_not_before_us: null,
      source: 'probe',
      in_state_us: 2_000_000,
      closed_us: null,
      close_reason: null,
      netns: 1,
      family: 4,
      local_addr: '10.0.0.1',
      local_port: 40_021,
      remote_addr: '10.0.0.2',
      remote_port: 9_200,
      ...{ netns_name: null, cgroup: null, container: null, pod: null, unit: null },
      pid: 42,
      comm: 'java',
      troubles: ['unanswered SYN'],
    });
    deepEqual(sentences[1].evidence, [
      { kind: 'event', connection_id: 21, at_us: usAt(51), event: 'retransmit', detail: 'SYN' },
    ]);
  });

  it('lists what looks wrong on the whole host', async () => {
    const { stdout } = await explain('--all', '--json');
    const troubles = stdout.split('\n').map((line) => JSON.parse(line));
    deepEqual(
      troubles.map(({ type, kind, count, connection_ids }) => [type, kind, count, connection_ids]),
      [
        ['trouble', 'unanswered SYN', 1, [21]],
        ['trouble', 'refused', 12, [12, 1]],
      ],
    );
    const one = await explain('--all', '-n', '1');
    match(
      one.stdout,
      /^SEVERITY +WHAT +COUNT +FROM +FOR +PROCESS +PEER OR LISTENER\n +66 +unanswered SYN +1 +\S+ \S+ +7s +java\[42\] +10\.0\.0\.2:9200\n/,
    );
    match(one.stdout, /\n\nUNANSWERED SYN {2}10\.0\.0\.2:9200 {2}netns 1\n {2}1 in all, from /);
    match(
      one.stdout,
      /\n {2}more: sstory timeline --oneline dst 10\.0\.0\.2:9200 -N 1 --since '\S+ \S+' --until '\S+ \S+' --db \S+$/,
    );
    doesNotMatch(one.stdout, /\[1 unanswered connect/);
    match((await explain('--all', '--verbose')).stdout, /\n {6}\[1 unanswered connect, /);
    match(one.stderr, /^sstory: 1 more \(-n shows more\)/m);
    const none = await explain('--all', 'dport', '=', ':1');
    equal(none.stdout, '');
    match(none.stderr, /nothing looks wrong from/);
  });

  const wrong: readonly (readonly [readonly string[], number, RegExp])[] = [
    [[], 2, /which connection\?/],
    [['999'], 1, /has no connection 999/],
    [['20', '--at', `@${usAt(30) / 1e6}`], 1, /connection 20 was not open yet/],
    [['20', '--at', '@1'], 1, /--at @1 .*is outside the recorded time/],
    [['--all', 'state', 'syn-sent'], 2, /looks at every state: remove `state`/],
    [['dst'], 255, /expected an address/],
    [['20', '-N', 'nowhere'], 2, /no network namespace "nowhere"/],
    [['--all', '-N', 'nowhere'], 2, /no network namespace "nowhere"/],
  ];
  for (const [words, exitCode, message] of wrong) {
    it(`answers "${words.join(' ')}" with one clear line and exit code ${exitCode}`, async () => {
      const outcome = await explain(...words);
      equal(outcome.exitCode, exitCode, outcome.stderr);
      equal(outcome.stdout, '');
      match(outcome.stderr, message);
    });
  }
});
