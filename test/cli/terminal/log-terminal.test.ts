import { equal, match } from 'node:assert/strict';
import { join } from 'node:path';
import { connectionOf, writeHistory } from '../../lab/history.js';
import { requireTmux } from '../../lab/privileges.js';
import { Stage } from '../../lab/stage.js';
import { TmuxScreen } from '../../lab/tmux-screen.js';

describe('sstory log on a terminal', function () {
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
    const connections = Array.from({ length: 400 }, (_, index) =>
      connectionOf(index + 1, [
        [index / 10, 'SYN-SENT'],
        [index / 10 + 0.05, 'UNCONN'],
      ]),
    );
    writeHistory(db, { connections });
  });
  afterEach(() => stage[Symbol.asyncDispose]());

  const start = async (words: readonly string[], environment: string) =>
    stage.use(await TmuxScreen.start(directory, [...words, '--db', db], { environment, width: 80 }));

  it('goes through a pager, which may be left early', async () => {
    const screen = await start(['log'], "SSTORY_PAGER='head -2'");
    const lines = await screen.shows('its end', (text) => text.includes('ended with 0'));
    equal(lines.filter((line) => line.includes('SYN-SENT')).length, 2);
    equal(lines.join().includes('sstory:'), false);
  });

  it('has colours in the pager, and waits for it', async () => {
    const screen = await start(['log', '-n', '1'], "SSTORY_PAGER='cat -v'");
    await screen.shows('the colours', (text) => text.includes('^[[1;33mSYN-SENT^[[0m -> '));
    await screen.shows('its end', (text) => text.includes('ended with 0'));
  });

  it('is limited without a pager, and says so', async () => {
    const screen = await start(['log', '--no-pager'], '');
    const lines = await screen.shows('its end', (text) => text.includes('ended with 0'));
    match(lines.join('\n'), /40400 > 10\.0\.0\.2:9200 .*\nsstory: only the last 500 transitions are shown: -n COUNT/);
  });

  it('cuts the bars of timeline --oneline at the width', async () => {
    const screen = await start(['timeline', '--oneline', '-n', '2'], '');
    const lines = await screen.shows('its end', (text) => text.includes('ended with 0'));
    const bars = lines.filter((line) => line.startsWith('#'));
    equal(bars.length, 2);
    equal(
      bars.every((line) => line.length <= 80),
      true,
    );
  });
});
