import { deepEqual } from 'node:assert/strict';
import { join } from 'node:path';
import { execa } from 'execa';
import { outputOf } from '../lab/output.js';
import { requireRoot, requireTmux } from '../lab/privileges.js';
import { MAIN, query, Recorder } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { TmuxScreen } from '../lab/tmux-screen.js';
import { until } from '../lab/until.js';

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
    const { listener } = await actor.listenAt('127.0.0.1', 7421);
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

  it('print each change as a JSON object while a recorder runs', async () => {
    const directory = await stage.directory();
    const db = join(directory, 'history.db');
    const recorder = stage.use(await Recorder.start(db, '--source', 'diag', '--interval', '200ms'));
    const actor = await stage.actor('live-actor', await stage.netns());
    const words = ['live', '--json', '--db', db, 'sport', '=', ':7422'];
    const live = execa(process.execPath, [MAIN, ...words], { reject: false });
    const printed = outputOf(live.stdout);
    // A listener is shown only once live has begun to follow: one after another is made until then.
    await until('a listener as JSON', async () => {
      const { listener } = await actor.listenAt('127.0.0.1', 7422);
      await until('it to be recorded', () => recordedListen(db));
      await actor.close(listener);
      return printed().includes('"local_port":7422') && printed().includes('"new_state":"LISTEN"');
    });
    // It goes on until a signal ends it.
    live.kill('SIGTERM');
    const { exitCode, signal, stderr } = await live;
    deepEqual({ exitCode, signal, stderr }, { exitCode: undefined, signal: 'SIGTERM', stderr: '' });
    await recorder.stop();
  });
});

function recordedListen(db: string): boolean {
  return query(db, "SELECT 1 FROM connections WHERE local_port = 7422 AND state = 'LISTEN'").length > 0;
}
