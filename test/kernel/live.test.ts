import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { requireRoot, requireTmux } from '../lab/privileges.js';
import { query, Recorder } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { TmuxScreen } from '../lab/tmux-screen.js';
import { until } from '../lab/until.js';

const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

describe('sstory live and replay of a real recording', function () {
  this.timeout(60_000);
  const stage = new Stage();

  before(function () {
    requireRoot(this);
    requireTmux(this);
  });
  after(() => stage[Symbol.asyncDispose]());

  it('show sockets as they come and go', async () => {
    const directory = await stage.directory();
    const db = join(directory, 'history.db');
    const recorder = stage.use(await Recorder.start(db, '--source', 'diag', '--interval', '500ms'));
    const netns = await stage.netns();
    const actor = await stage.actor('live-actor', netns);

    const filter = ['sport', '=', ':7421'];
    const live = stage.use(await TmuxScreen.start(directory, ['live', '--db', db, ...filter], { width: 140 }));
    await live.shows('an empty table', (text) => text.includes('no sockets'));
    const listener = await actor.socket();
    await actor.bind(listener, '127.0.0.1', 7421);
    await actor.listen(listener);
    await live.shows('the listener', (text) => /^.~LISTEN .*127\.0\.0\.1:7421 .*live-actor/m.test(text));
    await actor.close(listener);
    await live.shows('that it left', (text) => /^-.UNCONN/m.test(text));
    await live.press('q');
    await live.shows('the shell', (text) => text.includes('ended with 0'));
    await live[Symbol.asyncDispose]();
    await recorder.stop();

    const words = ['replay', '--db', db, '--step', ...filter];
    const replay = stage.use(await TmuxScreen.start(directory, words, { width: 140 }));
    await replay.shows('an empty table', (text) => text.includes('no sockets'));
    await replay.press('.');
    await replay.shows('the listener again', (text) => /^\+~LISTEN .*live-actor/m.test(text));
    await replay.press('.');
    await replay.shows('that it left again', (text) => /^-.UNCONN/m.test(text));
  });

  it('give each change as an object of JSON, of a running recorder', async () => {
    const directory = await stage.directory();
    const db = join(directory, 'history.db');
    const recorder = stage.use(await Recorder.start(db, '--source', 'diag', '--interval', '200ms'));
    const actor = await stage.actor('live-actor', await stage.netns());
    const live = execa(process.execPath, [MAIN, 'live', '--json', '--db', db, 'sport', '=', ':7422'], {
      reject: false,
      buffer: false,
    });
    let said = '';
    live.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    // A listener is shown only once live has begun to follow: another one comes until then.
    await until('a listener as JSON', async () => {
      const listener = await actor.socket();
      await actor.bind(listener, '127.0.0.1', 7422);
      await actor.listen(listener);
      await until('it to be recorded', () => recordedListen(db));
      await actor.close(listener);
      return said.includes('"local_port":7422') && said.includes('"new_state":"LISTEN"');
    });
    live.kill();
    await live;
    await recorder.stop();
  });
});

function recordedListen(db: string): boolean {
  return query(db, "SELECT 1 FROM connections WHERE local_port = 7422 AND state = 'LISTEN'").length > 0;
}
