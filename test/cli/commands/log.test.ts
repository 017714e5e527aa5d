import { deepEqual, equal, match } from 'node:assert/strict';
import { join } from 'node:path';
import { execa } from 'execa';
import { connectionOf, usAt, writeHistory } from '../../lab/history.js';
import { MAIN } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';

describe('sstory log', () => {
  const stage = new Stage();
  let db: string;

  before(async () => {
    db = join(await stage.directory(), 'history.db');
    const life = (id: number) =>
      connectionOf(
        id,
        [
          [id, 'SYN-SENT'],
          [id + 0.5, 'UNCONN'],
        ],
        id === 3 ? { closeReason: 'refused', comm: 'Curl' } : {},
      );
    writeHistory(db, { connections: [1, 2, 3].map(life), gaps: [{ fromUs: usAt(3.7), toUs: usAt(3.9) }] });
  });
  after(() => stage[Symbol.asyncDispose]());

  const log = async (words: readonly string[], env: Record<string, string> = {}) => {
    const { exitCode, stdout, stderr } = await execa(process.execPath, [MAIN, 'log', '--db', db, ...words], {
      reject: false,
      env: { TZ: 'Europe/Berlin', ...env },
    });
    return { exitCode, stderr, lines: stdout === '' ? [] : stdout.split('\n') };
  };
  const timesOf = (lines: readonly string[]) => lines.map((line) => line.slice(17, 25));

  it('shows times with their zone, which can be typed again', async () => {
    const { lines } = await log(['-n', '1']);
    equal(
      lines[0],
      '2026-11-18 12:06:43.500000+01:00  10.0.0.1:40003 > 10.0.0.2:9200  SYN-SENT -> UNCONN  Curl[42]  refused',
    );
    const since = lines[0]?.slice(0, 32) ?? '';
    deepEqual(
      (await log(['--since', since, '--utc'])).lines.map((line) => line.slice(0, 27)),
      ['2026-11-18 11:06:43.500000Z', '2026-11-18 11:06:43.700000Z'],
    );
    equal(
      (await log(['-n', '1'], { TZ: 'America/St_Johns' })).lines[0]?.slice(0, 32),
      '2026-11-18 07:36:43.500000-03:30',
    );
  });

  it('counts transitions for -n, and shows the gaps that follow', async () => {
    const { lines } = await log(['-n', '2']);
    deepEqual(timesOf(lines), ['43.00000', '43.50000', '43.70000']);
    match(lines[2] ?? '', / {2}-- 3 events lost \(sequence\), until 2026-11-18 12:06:43\.900000\+01:00 --$/);
  });

  it('shows the newest first', async () => {
    const forward = await log([]);
    deepEqual((await log(['-r'])).lines, forward.lines.toReversed());
    deepEqual((await log(['-r', '-n', '1'])).lines, forward.lines.slice(-2).toReversed());
    const both = await log(['-r', '-f']);
    equal(both.exitCode, 2);
    match(both.stderr, /--follow and --reverse exclude each other/);
  });

  it('shows lines that match a regular expression, and counts these alone', async () => {
    deepEqual(timesOf((await log(['-g', 'curl'])).lines), ['43.00000', '43.50000']);
    deepEqual((await log(['-g', 'CURL'])).lines, []);
    deepEqual(timesOf((await log(['-g', 'syn-sent$|java\\[42\\]$', '-n', '1'])).lines), ['42.00000']);
    match((await log(['-g', 'curl'])).stderr, /the record has a gap in this window/);
  });

  it('explains an invalid regular expression, and says on its own line what is expected', async () => {
    const { exitCode, stderr } = await log(['-g', '(']);
    equal(exitCode, 2);
    match(
      stderr,
      /^sstory: -g: Invalid regular expression: .*Unterminated group\n {2}a regular expression as in JavaScript: refused\|timed out$/,
    );
  });

  it('says that nothing was found', async () => {
    deepEqual(await log(['sport', '=', ':1', '--until', '2026-11-18T11:06:42Z']), {
      exitCode: 0,
      stderr: '-- no entries --',
      lines: [],
    });
  });

  it('has colours where they are asked for', async () => {
    equal((await log(['-n', '1', '--color=always'])).lines[0]?.includes('\x1b[1;33mSYN-SENT\x1b[0m -> '), true);
    equal((await log([], { FORCE_COLOR: '1' })).lines.join().includes('\x1b'), false);
  });
});
