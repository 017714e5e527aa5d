import { equal, match } from 'node:assert/strict';
import { join } from 'node:path';
import { execa } from 'execa';
import { connectionOf, usAt, writeHistory } from '../../lab/history.js';
import { MAIN, sstory } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';

describe('sstory ss --at', () => {
  const stage = new Stage();
  let db: string;
  before(async () => {
    db = join(await stage.directory(), 'history.db');
    writeHistory(db, {
      connections: [
        connectionOf(1, [
          [1, 'SYN-SENT'],
          [1.1, 'ESTAB'],
        ]),
      ],
      gaps: [{ fromUs: usAt(10), toUs: usAt(300) }],
      endS: 400,
    });
  });
  after(() => stage[Symbol.asyncDispose]());

  const at = (seconds: number) => sstory('ss', '-Ht', '--at', `@${usAt(seconds) / 1e6}`, '--db', db);

  for (const seconds of [11, 200, 300]) {
    it(`notes and marks a gap ${seconds - 10} s after its beginning`, async () => {
      const { stdout, stderr } = await at(seconds);
      match(stderr, /^sstory: as of \S+ \S+, 1 socket; the record has a gap here$/);
      match(stdout, /^ESTAB .* ~gap$/);
    });
  }

  it('notes no gap before and after it', async () => {
    for (const seconds of [9, 301]) {
      const { stdout, stderr } = await at(seconds);
      match(stderr, /^sstory: as of \S+ \S+, 1 socket$/);
      equal(stdout.includes('~gap'), false, stdout);
    }
  });

  it('takes its filter from stdin', async () => {
    const words = ['ss', '-Ht', '--at', `@${usAt(9) / 1e6}`, '--db', db, '-F', '-'];
    const shown = async (input: string) => (await execa(process.execPath, [MAIN, ...words], { input })).stdout;
    match(await shown('state established'), /^[^\n]*10\.0\.0\.\d[^\n]*$/);
    equal(await shown('sport = :1'), '');
  });

  describe('with -s', () => {
    const summary = (...words: string[]) => sstory('ss', '-Hs', ...words, '--at', `@${usAt(9) / 1e6}`, '--db', db);

    it('summarises all sockets, lists those of the filter below, and reads them once without one', async () => {
      for (const words of [['-t'], ['-t', 'state', 'established']]) {
        const { stdout } = await summary(...words);
        match(stdout, /^TCP: {3}1 \(estab 1, .*\n[\s\S]*10\.0\.0\.1:40001 +10\.0\.0\.2:9200/m);
      }
      const { stdout, stderr } = await summary('-t', 'state', 'close-wait');
      match(stdout, /^TCP: {3}1 \(estab 1, /m);
      equal(stdout.includes('10.0.0.1'), false, stdout);
      equal((await summary('-t')).stderr.split('\n').length, 1, stderr);
    });

    it('lists what the flags select', async () => {
      equal((await summary('-tl')).stdout.includes('10.0.0.1'), false);
    });
  });

  it('ends with 1, as ss, for a namespace that never was', async () => {
    const { exitCode, stderr } = await sstory('ss', '-t', '-N', 'never', '--at', `@${usAt(9) / 1e6}`, '--db', db);
    equal(exitCode, 1);
    match(stderr, /^sstory: no network namespace "never"/);
  });

  it('refuses -D, which writes current sockets', async () => {
    const { exitCode, stderr } = await sstory('ss', '-t', '-D', '/dev/null', '--at', `@${usAt(9) / 1e6}`, '--db', db);
    equal(exitCode, 255);
    match(stderr, /^sstory: -D writes current sockets: it cannot be used with --at/);
  });
});
