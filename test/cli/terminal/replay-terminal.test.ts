import { deepEqual, equal, match } from 'node:assert/strict';
import { join } from 'node:path';
import { connectionOf, usAt, writeHistory } from '../../lab/history.js';
import { requireTmux } from '../../lab/privileges.js';
import { Stage } from '../../lab/stage.js';
import { TmuxScreen } from '../../lab/tmux-screen.js';

describe('sstory replay on a terminal', function () {
  this.timeout(60_000);
  let stage: Stage;
  let directory: string;
  let db: string;

  before(function () {
    requireTmux(this);
  });
  beforeEach(async () => {
    stage = new Stage();
    directory = await stage.directory();
    db = join(directory, 'history.db');
    writeHistory(db, {
      connections: [
        connectionOf(1, [[5, 'LISTEN']], { origin: 'listen' }),
        connectionOf(
          2,
          [
            [10, 'SYN-SENT'],
            [14.5, 'UNCONN'],
          ],
          { closeReason: 'timed out' },
        ),
        connectionOf(3, [
          [20, 'SYN-SENT'],
          [21, 'ESTAB'],
        ]),
      ],
      samples: [],
      snapshots: [30, 31].map((s) => ({ atUs: usAt(s), netns: 1, sockets: 2, tookUs: 100 })),
      gaps: [{ fromUs: usAt(50), toUs: usAt(60) }],
    });
  });
  afterEach(() => stage[Symbol.asyncDispose]());

  const start = async (words: readonly string[], options = {}) =>
    stage.use(await TmuxScreen.start(directory, ['replay', '--db', db, ...words], options));

  it('goes by key from transition to transition, and to any time', async () => {
    const screen = await start(['--step', '--from', 'start+9s'], { width: 120 });
    let lines = await screen.shows('the first screen', (text) => /PAUSED {2}\+9s of 1m40s/.test(text));
    match(lines[1] ?? '', /^LISTEN 1$/);
    match(lines[2] ?? '', /^ {2}State +Recv-Q +Send-Q +Local Address:Port +Peer Address:Port +Process$/);

    await screen.press('.');
    lines = await screen.shows('the next transition', (text) => text.includes('SYN-SENT 1'));
    match(lines[4] ?? '', /^\+ SYN-SENT .* 10\.0\.0\.1:40002 +10\.0\.0\.2:9200 .*java.*age:0us/);
    match(lines.join('\n'), /10\.0\.0\.1:40002 > 10\.0\.0\.2:9200 {2}UNCONN -> SYN-SENT {2}java\[42\]/);

    await screen.press('Right');
    lines = await screen.shows('who left', (text) => /^- UNCONN/m.test(text));
    match(lines.join('\n'), /SYN-SENT -> UNCONN {2}java\[42\] {2}timed out/);
    await screen.press('Left');
    await screen.shows('one transition back', (text) => /^\+ SYN-SENT/m.test(text) && text.includes('+10s of'));

    await screen.press('t');
    await screen.shows('the next sample', (text) => /\+30s of/.test(text) && text.includes('ESTAB 1'));
    await screen.press('t');
    await screen.shows('the sample after that', (text) => /\+31s of/.test(text));
    await screen.press('t');
    await screen.shows('that there are no more', (text) => text.includes('no later sample is recorded'));
    await screen.press('T');
    await screen.shows('the sample before', (text) => /\+30s of/.test(text));

    await screen.press('b');
    await screen.press('-l', '+25s');
    await screen.shows('the prompt', (text) => /go to .* \+25s_/.test(text));
    await screen.press('Enter');
    lines = await screen.shows('a gap', (text) => /\+55s of/.test(text));
    match(lines[1] ?? '', /^GAP: 3 events lost \(sequence\), until \S+ {2}/);
    match(lines.join('\n'), /^ ~ESTAB .*~gap$/m);

    await screen.press('e');
    await screen.shows('the end', (text) => / END /.test(text));
    await screen.press('q');
    lines = await screen.shows('what was there before', (text) => text.includes('ended with 0'));
    equal(lines[0], 'before');
  });

  it('plays by the clock, and stops on space', async () => {
    const screen = await start(['--speed', '1x', '--from', 'start+9s', 'state', 'syn-sent']);
    await screen.shows('a socket in SYN-SENT', (text) => /^\+ SYN-SENT/m.test(text) && !text.includes('LISTEN'));
    await screen.press('Space');
    await screen.shows('that it stopped', (text) => text.includes('PAUSED'));
    await screen.press('+');
    await screen.press('Space');
    await screen.shows('another speed', (text) => / 2x /.test(text));
    await screen.press('C-c');
    await screen.shows('the shell', (text) => text.includes('before') && text.includes('ended with 130'));
  });

  it('fits the terminal as it is resized, and leaves it as it was when it is killed', async () => {
    const screen = await start(['--step'], { environment: 'NO_COLOR=1' });
    await screen.shows('the screen', (text) => text.includes('PAUSED'));
    await screen.resize(60, 10);
    const lines = await screen.shows('a smaller screen', (text) => /^\? help/.test(text.split('\n')[9] ?? ''));
    deepEqual(
      lines.filter((line) => line.length > 60),
      [],
    );
    equal((await screen.lines(true)).join('').includes('\x1b'), false);
    process.kill(await screen.pid(), 'SIGTERM');
    await screen.shows('the shell', (text) => text.includes('before') && text.includes('ended with 143'));
  });

  it('gives lines on a terminal that cannot be drawn on', async () => {
    const screen = await start(['--speed', 'max', '--until', 'start+12s'], { environment: 'TERM=dumb' });
    const lines = await screen.shows('its end', (text) => text.includes('ended with 0'));
    match(lines.join(''), /UNCONN -> LISTEN .*UNCONN -> SYN-SENT/);
  });
});
