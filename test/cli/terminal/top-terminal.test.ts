import { match } from 'node:assert/strict';
import { join } from 'node:path';
import { openForWriting } from '../../../src/store/database.js';
import { RunRecord } from '../../../src/store/runs.js';
import { HistoryWriter } from '../../../src/store/writer.js';
import { BASE_US, batchOf, connectionOf, LAB_RUN } from '../../lab/history.js';
import { requireTmux } from '../../lab/privileges.js';
import { Stage } from '../../lab/stage.js';
import { TmuxScreen } from '../../lab/tmux-screen.js';

const nowUs = () => Date.now() * 1000;
/** Seconds after the beginning of written histories: now. */
const nowS = () => (nowUs() - BASE_US) / 1e6;

describe('sstory top on a terminal', function () {
  this.timeout(60_000);
  const stage = new Stage();

  before(function () {
    requireTmux(this);
  });
  after(() => stage[Symbol.asyncDispose]());

  it('is drawn again while a recorder adds to the database', async () => {
    const directory = await stage.directory();
    const db = join(directory, 'history.db');
    const database = openForWriting(db);
    const run = new RunRecord(database, { ...LAB_RUN, startedUs: nowUs() - 5_000_000 });
    const writer = new HistoryWriter(database);
    const beats = setInterval(() => run.beat(nowUs()), 500);
    try {
      run.beat(nowUs());
      const screen = stage.use(await TmuxScreen.start(directory, ['top', '--db', db], { width: 80 }));
      await screen.shows('its header', (text) => /^process {2}connects {2}failed/m.test(text));
      const connection = connectionOf(1, [[nowS(), 'SYN-SENT']]);
      writer.write({ ...batchOf({ connections: [connection] }), throughUs: nowUs() }, nowUs());
      const lines = await screen.shows('what was added', (text) => /^java +1 +0/m.test(text));
      match(lines.join('\n'), /^sstory top {2}.* {2}the last \d+s {2}order: connects$/m);
      await screen.press('o');
      await screen.shows('the next order', (text) => text.includes('order: failed'));
      await screen.press('Space');
      await screen.shows('that it is paused', (text) => text.includes('PAUSED'));
      await screen.press('q');
      await screen.shows('the shell', (text) => text.includes('ended with 0'));
    } finally {
      clearInterval(beats);
      database.close();
    }
  });
});
