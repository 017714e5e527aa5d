import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { connectionOf, writeHistory } from '../../lab/history.js';
import { MAIN, Recorder, sstory } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';
import { until } from '../../lab/until.js';

const REFUSED = 'system_network_tcp_connection_failures_total{error_type="refused",role="client"} 1';

describe('sstory metrics', () => {
  const stage = new Stage();
  let directory: string;
  let db: string;

  before(async () => {
    directory = await stage.directory();
    db = join(directory, 'history.db');
    writeHistory(db, {
      connections: [
        connectionOf(
          1,
          [
            [1, 'SYN-SENT'],
            [2, 'UNCONN'],
          ],
          { closeReason: 'refused', comm: 'curl' },
        ),
      ],
    });
  });
  after(() => stage[Symbol.asyncDispose]());

  /** Starts a command, and waits for the first line that matches. */
  async function started(words: readonly string[], line: RegExp): Promise<string> {
    const child = execa(process.execPath, [MAIN, ...words], { reject: false, all: true, stdin: 'ignore' });
    stage.process(child);
    let said = '';
    child.all.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    return await until(
      `${line} of ${words[0]}`,
      () => line.exec(said)?.[1],
      () => said,
    );
  }

  const textAt = async (url: string, headers: Record<string, string> = {}) => {
    const response = await fetch(url, { headers });
    return [response.status, await response.text()] as const;
  };

  it('prints them once', async () => {
    for (let call = 0; call < 2; call++) {
      const { exitCode, stdout, stderr } = await sstory('metrics', '--db', db);
      deepEqual([exitCode, stderr], [0, '']);
      ok(stdout.includes(`\n${REFUSED}\n`));
    }
    const { stdout } = await sstory('metrics', '--db', db, '--label', 'comm', '--label', 'port');
    match(stdout, /failures_total\{error_type="refused",role="client",comm="curl",port="9200"\} 1/);
  });

  it('answers scrapes until it is stopped', async () => {
    const url = await started(['metrics', '--db', db, '--listen', '127.0.0.1:0'], /^(http:\S+)$/m);
    const [status, text] = await textAt(url);
    equal(status, 200);
    ok(text.includes(`\n${REFUSED}\n`));
  });

  it('answers them beside the page, on an address of their own and with the token of the page', async () => {
    const words = ['serve', '--db', db, '--listen', '127.0.0.1:0', '--metrics', '127.0.0.1:0'];
    const said = await started(words, /^(http:\S+\n[\s\S]*metrics at \S+)$/m);
    const [, page = '', token = ''] = /(http:\S+)\/#token=(\S+)/.exec(said) ?? [];
    const [, own = ''] = /metrics at (\S+)/.exec(said) ?? [];
    equal((await textAt(own))[0], 200);
    equal((await textAt(`${page}/metrics`))[0], 401);
    const [status, text] = await textAt(`${page}/metrics`, { Authorization: `Bearer ${token}` });
    equal(status, 200);
    ok(text.includes(`\n${REFUSED}\n`));
  });

  it('answers them beside a recorder, and ends with it', async function () {
    if (process.getuid?.() !== 0) this.skip();
    const words = ['--source', 'diag', '--netns', 'self', '--metrics', '127.0.0.1:0'];
    const recorder = await Recorder.start(join(directory, 'new.db'), ...words);
    const url = await until('its address', () => /server of metrics is at (http:\S+)/.exec(recorder.said)?.[1]);
    const [status, text] = await textAt(url);
    equal(status, 200);
    match(text, /^sstory_recorder_running 1$/m);
    match(text, /^sstory_recorder_bytes \d{7,}$/m);
    await recorder.stop();
    const gone = await textAt(url).then(
      () => false,
      () => true,
    );
    ok(gone);
    // A log would be left where a process still had the database open.
    deepEqual(
      readdirSync(directory).filter((name) => name.startsWith('new.db')),
      ['new.db', 'new.db-metrics'],
    );
  });

  it('refuses an address that others can reach without a token, and what it does not know', async () => {
    const short = join(directory, 'short');
    writeFileSync(short, 'short\n');
    for (const [words, said] of [
      [['--listen', '0.0.0.0:0'], /other hosts can reach it, so it needs --token-file/],
      [['--listen', '0.0.0.0:0', '--token-file', short], /its first line is no token/],
      [['--listen', 'nowhere'], /invalid address "nowhere"/],
      [['--label', 'pid'], /invalid label "pid"|Allowed choices are comm, port/],
    ] as const) {
      const { exitCode, stderr } = await sstory('metrics', '--db', db, ...words);
      equal(exitCode, 2, stderr);
      match(stderr, said);
    }
    const { exitCode } = await sstory('metrics', '--db', join(directory, 'none.db'));
    equal(exitCode, 1);
  });
});
