import { deepEqual, equal, match } from 'node:assert/strict';
import { join } from 'node:path';
import { isUtf8 } from '../../../src/cli/output/terminal-looks.js';
import { connectionOf, usAt, writeHistory } from '../../lab/history.js';
import { sstory } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';

interface Count {
  readonly at: string;
  readonly sockets: number;
  readonly states?: Readonly<Record<string, number>>;
  readonly gap: boolean;
}

describe('sstory count', () => {
  const stage = new Stage();
  let db: string;

  before(async () => {
    db = join(await stage.directory(), 'history.db');
    writeHistory(db, {
      connections: [
        connectionOf(1, [
          [10, 'SYN-SENT'],
          [30, 'ESTAB'],
        ]),
        connectionOf(2, [
          [15, 'SYN-SENT'],
          [25, 'UNCONN'],
        ]),
        connectionOf(3, [
          [41, 'SYN-SENT'],
          [42, 'UNCONN'],
        ]),
      ],
      gaps: [{ fromUs: usAt(55), toUs: usAt(65) }],
    });
  });
  after(() => stage[Symbol.asyncDispose]());

  const at = (seconds: number) => new Date(usAt(seconds) / 1_000).toISOString();
  const countsOf = async (...words: string[]) => {
    const { exitCode, stdout, stderr } = await sstory('count', '--json', '--every', '10s', '--db', db, ...words);
    equal(exitCode, 0, stderr);
    return stdout.split('\n').map((line) => JSON.parse(line) as Count);
  };

  it('does not count before the beginning of the recording, where the number is unknown', async () => {
    const [first] = await countsOf('--since', at(-60), '--until', at(48));
    equal(Date.parse(first?.at ?? ''), usAt(0) / 1_000);
  });

  it('counts at round instants of the time range', async () => {
    const counts = await countsOf('--since', at(5), '--until', at(48));
    deepEqual(
      counts.map((count) => [count.at.slice(11, 19), count.sockets, count.gap]),
      [
        ['11:06:50', 1, false],
        ['11:07:00', 2, false],
        ['11:07:10', 1, false],
        ['11:07:20', 1, false],
      ],
    );
  });

  it('counts by state, and those that a filter selects', async () => {
    const range = ['--since', at(20), '--until', at(30)];
    deepEqual(
      (await countsOf('--by', 'state', ...range)).map(({ states }) => states),
      [
        { ESTAB: 0, 'SYN-SENT': 2 },
        { ESTAB: 1, 'SYN-SENT': 0 },
      ],
    );
    deepEqual(
      (await countsOf('state', 'syn-sent', 'sport', '=', ':40001', ...range)).map(({ sockets }) => sockets),
      [1, 0],
    );
  });

  it('draws bars, and marks gaps', async () => {
    const words = ['--every', '10s', '--by', 'state', '--since', at(0), '--until', at(60), '--db', db];
    const { exitCode, stdout, stderr } = await sstory('count', ...words);
    equal(exitCode, 0, stderr);
    match(stderr, /the record has a gap in this window/);
    const bar = (text: string) =>
      isUtf8() ? text : text.replaceAll('·', '.').replaceAll('▄', '4').replaceAll('█', '8');
    deepEqual(stdout.replaceAll(/2026-11-18 \d\d:/g, '').split('\n'), [
      '          every 10s  least  most  last',
      bar('sockets   ·▄█▄▄▄?        0     2     1'),
      bar('ESTAB     ···▄▄▄?        0     1     1'),
      bar('SYN-SENT  ·▄█···?        0     2     0'),
      '',
      'time                 sockets  ESTAB  SYN-SENT',
      '06:40        0      0         0',
      '06:50        1      0         1',
      '07:00        2      0         2',
      '07:10        1      1         0',
      '07:20        1      1         0',
      '07:30        1      1         0',
      '07:40        1      1         0  gap',
    ]);
  });

  it('names what is wrong with its words', async () => {
    const tooMany = await sstory('count', '--every', '1ms', '--db', db);
    equal(tooMany.exitCode, 2);
    match(tooMany.stderr, /^sstory: --every: 100,001 instants in this time range, at most 10,000 are counted$/m);
    match((await sstory('count', '--every', '0s', '--db', db)).stderr, /"0s" is too short/);
    match((await sstory('count', '--by', 'colour', '--db', db)).stderr, /--by.*colour.*state/);
  });
});
