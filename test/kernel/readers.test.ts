/** Readers who may not write: members of the file's group, next to a recorder and after it. */
import { equal, match, ok } from 'node:assert/strict';
import { chmod, chown, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { CHURN } from '../lab/churn.js';
import { atLeast } from '../lab/number-assertions.js';
import { outputOf } from '../lab/output.js';
import { requireBpf } from '../lab/privileges.js';
import { MAIN, numberOf, Recorder, sstory } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { until } from '../lab/until.js';

/** The group of `nobody`: any that is not root's would do. */
const GROUP = 65_534;
const AS_MEMBER = ['--reuid', String(GROUP), '--regid', String(GROUP), '--clear-groups'];

describe('a database that is being recorded into', function () {
  this.timeout(60_000);
  let stage: Stage;
  let directory: string;
  let path: string;
  beforeEach(async function () {
    requireBpf(this);
    stage = new Stage();
    directory = await stage.directory();
    path = join(directory, 'a.db');
  });
  afterEach(() => stage?.[Symbol.asyncDispose]());

  async function record(): Promise<Recorder> {
    const recorder = stage.use(await Recorder.start(path, '--source', 'bpf', '--no-names'));
    const place = await stage.netns();
    const before = numberOf(path, 'SELECT count(*) FROM connections');
    await place.run(CHURN, '10');
    await until('a commit', () => numberOf(path, 'SELECT count(*) FROM connections') > before);
    return recorder;
  }

  /** What an administrator does once. */
  async function share(): Promise<void> {
    await chmod(directory, 0o750);
    await chown(directory, 0, GROUP);
    for (const name of await readdir(directory)) {
      await chown(join(directory, name), 0, GROUP);
      await chmod(join(directory, name), 0o640);
    }
  }

  const asMember = (...command: string[]) => execa('setpriv', [...AS_MEMBER, ...command], { reject: false });

  async function canBeReadByItsGroup(): Promise<void> {
    const query = 'SELECT count(*) FROM connections';
    for (const command of [['sqlite3'], ['sqlite3', '-readonly']]) {
      const { stdout, stderr } = await asMember(...command, path, query);
      atLeast(Number(stdout), 1, `connections that ${command.join(' ')} sees ${stderr}`);
    }
    const log = await asMember(process.execPath, MAIN, 'log', '-n', '1', '--db', path);
    equal(log.exitCode, 0, log.stderr);
    match(log.stdout, /^\d{4}-/);
  }

  it('is read by a member of its group while the recorder runs, after its end, and after it was killed', async () => {
    const first = await record();
    await share();
    await canBeReadByItsGroup();
    equal((await first.stop()).exitCode, 0);
    equal((await readdir(directory)).join(), basename(path), 'a clean stop leaves one file');
    await canBeReadByItsGroup();
    const second = await record();
    await second.kill();
    await canBeReadByItsGroup();
  });

  it('keeps its log where somebody reads it at the stop', async () => {
    const recorder = await record();
    const reader = execa('sqlite3', ['-readonly', path], { reject: false });
    stage.process(reader);
    const answers = outputOf(reader.stdout);
    reader.stdin.write('BEGIN; SELECT count(*) FROM runs;\n');
    await until('the reader', () => answers() !== '');
    const { exitCode, stderr } = await recorder.stop();
    equal(exitCode, 0, stderr);
    const before = answers();
    reader.stdin.write('SELECT count(*) FROM runs; COMMIT;\n');
    await until('the reader', () => answers() !== before);
    reader.stdin.end();
    await reader;
    const check = await sstory('check', '--db', path);
    equal(check.exitCode, 0, check.stdout + check.stderr);
  });

  it('answers --at now, diff to now, and --since 1ms', async () => {
    const recorder = await record();
    const at = await sstory('ss', '--db', path, '--at', 'now');
    equal(at.exitCode, 0, at.stderr);
    match(at.stderr, /^sstory: as of /m);
    equal((await sstory('diff', '--db', path, 'start', 'now')).exitCode, 0);
    const log = await sstory('log', '--db', path, '--since', '1ms');
    equal(log.exitCode, 0, log.stderr);
    const future = await sstory('ss', '--db', path, '--at', '+1m');
    equal(future.exitCode, 1);
    match(future.stderr, /outside the recorded time/);
    await recorder.stop();
    ok((await sstory('ss', '--db', path, '--at', 'now')).stderr.includes('outside the recorded time'));
  });
});
