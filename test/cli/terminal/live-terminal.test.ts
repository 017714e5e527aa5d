import { doesNotMatch, equal, match } from 'node:assert/strict';
import { join } from 'node:path';
import type { Connection } from '../../../src/model/connection.js';
import { openForWriting } from '../../../src/store/database.js';
import { RunRecord } from '../../../src/store/runs.js';
import { HistoryWriter } from '../../../src/store/writer.js';
import { BASE_US, batchOf, connectionOf, LAB_RUN, writeHistory } from '../../lab/history.js';
import { requireTmux } from '../../lab/privileges.js';
import { Stage } from '../../lab/stage.js';
import { TmuxScreen } from '../../lab/tmux-screen.js';

const nowUs = () => Date.now() * 1000;

/** What a recorder does to its database, without a kernel. */
class WrittenRecording implements AsyncDisposable {
  private readonly database;
  private readonly run: RunRecord;
  private readonly writer: HistoryWriter;
  private readonly beats: NodeJS.Timeout;

  constructor(path: string) {
    this.database = openForWriting(path);
    this.run = new RunRecord(this.database, { ...LAB_RUN, startedUs: nowUs() });
    this.writer = new HistoryWriter(this.database);
    this.beats = setInterval(() => this.run.beat(nowUs()), 500);
  }

  /** Commits a connection of which the steps from `firstNewStep` on are new. */
  commit(connection: Connection, firstNewStep: number): void {
    const changed = { connection, isNew: firstNewStep === 0, firstNewStep };
    this.writer.write({ ...batchOf({}), connections: [changed], throughUs: nowUs() }, nowUs());
  }

  rename(connectionId: number, comm: string): void {
    this.database.prepare('UPDATE socket SET comm = ? WHERE id = ?').run(comm, connectionId);
  }

  end(how: string): void {
    this.run.end(nowUs(), how);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.beats);
    this.database.close();
  }
}

/** Seconds after the beginning of written histories: now. */
const nowS = () => (nowUs() - BASE_US) / 1e6;

describe('sstory live on a terminal', function () {
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
  });
  afterEach(() => stage[Symbol.asyncDispose]());

  const start = async (...words: string[]) =>
    stage.use(await TmuxScreen.start(directory, ['live', '--db', db, ...words], { width: 120 }));

  it('shows what is there, and what each commit changes, until the recorder ends', async () => {
    const recording = stage.use(new WrittenRecording(db));
    const openedS = nowS();
    recording.commit(connectionOf(1, [[openedS, 'LISTEN']], { origin: 'listen' }), 0);
    const screen = await start('dport', '=', ':9200');
    await screen.shows('the socket that is there', (text) => /^ {2}LISTEN/m.test(text));

    const opening = connectionOf(2, [[nowS(), 'SYN-SENT']]);
    recording.commit(opening, 0);
    const other = connectionOf(3, [[nowS(), 'SYN-SENT']]);
    recording.commit({ ...other, tuple: { ...other.tuple, remotePort: 1 } }, 0);
    const lines = await screen.shows('a new one', (text) => /^\+ SYN-SENT/m.test(text));
    match(lines.join('\n'), /10\.0\.0\.1:40002 > 10\.0\.0\.2:9200 {2}UNCONN -> SYN-SENT {2}java\[42\]/);
    doesNotMatch(lines.join('\n'), /40003/);

    const [first] = opening.steps;
    const openedAgainS = ((first?.atUs ?? 0) - BASE_US) / 1e6;
    recording.commit(
      connectionOf(2, [
        [openedAgainS, 'SYN-SENT'],
        [nowS(), 'ESTAB'],
      ]),
      1,
    );
    await screen.shows('its next state', (text) => /^\* ESTAB .*\("java",pid=42/m.test(text));
    recording.rename(2, 'kafka');
    await screen.shows('an owner that was found later', (text) => /^. ESTAB .*\("kafka",pid=42/m.test(text));
    await screen.press('t');
    await screen.shows('that it has no other times', (text) => text.includes('sstory replay shows other times'));

    recording.end('clean');
    await screen.shows('that the recorder ended', (text) =>
      /NO RECORDER: the last run ended at .* \(clean\)/.test(text),
    );
    await screen.press('q');
    await screen.shows('the shell', (text) => text.includes('ended with 0'));
  });

  it('reports that no recorder is running, and what to do', async () => {
    writeHistory(db, {});
    const screen = await start();
    const lines = await screen.shows('its end', (text) => text.includes('ended with 1'));
    const text = lines.join('');
    match(text, /sstory: no recorder is running on .*: the last run ended at .* \(clean\)/);
    match(text, /start one: sstory record --db .*; or see what it recorded: sstory replay --db /);
  });

  it('says that a recorder is dead that could not say so itself', async () => {
    const recording = stage.use(new WrittenRecording(db));
    await recording[Symbol.asyncDispose]();
    const database = openForWriting(db);
    database.prepare('UPDATE runs SET last_us = ?').run(nowUs() - 60_000_000);
    database.close();
    const screen = await start();
    const lines = await screen.shows('its end', (text) => text.includes('ended with'));
    match(lines.join(''), /sstory\[\d+\] on lab was last alive 1m.* ago: it was killed, or is stopped/);
    equal(lines.join('').includes('ended with 1'), true);
  });
});
