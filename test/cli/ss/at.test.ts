import { deepEqual, equal, match } from 'node:assert/strict';
import { join } from 'node:path';
import { execa } from 'execa';
import { connectionOf, usAt, writeHistory } from '../../lab/history.js';
import { MAIN, sstory } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';

const THREAD = { pid: 42, fromUs: usAt(0), toUs: undefined, seenUs: undefined, ownFiles: false };
const COUNTERS = {
  ...{ used: 21, tcpAlloc: 5, tcpOrphan: 2, udp: 3, udp6: 4 },
  ...{ raw: 1, raw6: 0, frag: 0, frag6: 6 },
};

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
      snapshots: [
        { atUs: usAt(4), netns: 1, sockets: 1, tookUs: 1 },
        { atUs: usAt(9), netns: 1, sockets: 1, tookUs: 1 },
      ],
      threads: [
        { ...THREAD, tid: 42, comm: 'java' },
        { ...THREAD, tid: 43, comm: 'GC' },
        { ...THREAD, tid: 44, comm: 'old', toUs: usAt(5), seenUs: usAt(4) },
        { ...THREAD, tid: 45, comm: 'alone', ownFiles: true },
      ],
      sockstat: [
        { ...COUNTERS, netns: 1, atUs: usAt(3), used: 30 },
        { ...COUNTERS, netns: 1, atUs: usAt(6) },
        { ...COUNTERS, netns: 2, atUs: usAt(7), used: 99 },
      ],
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

  it('lists with -T the threads that the owner had then, but those with descriptors of their own', async () => {
    const owners = async (seconds: number) => {
      const words = ['ss', '-HtT', '--at', `@${usAt(seconds) / 1e6}`, '--db', db];
      return /users:\S+/.exec((await sstory(...words)).stdout)?.[0];
    };
    equal(await owners(4), 'users:(("old",pid=42,tid=44,fd=3),("GC",pid=42,tid=43,fd=3),("java",pid=42,tid=42,fd=3))');
    equal(await owners(9), 'users:(("GC",pid=42,tid=43,fd=3),("java",pid=42,tid=42,fd=3))');
  });

  it('takes its filter from stdin', async () => {
    const words = ['ss', '-Ht', '--at', `@${usAt(9) / 1e6}`, '--db', db, '-F', '-'];
    const shown = async (input: string) => (await execa(process.execPath, [MAIN, ...words], { input })).stdout;
    match(await shown('state established'), /^[^\n]*10\.0\.0\.\d[^\n]*$/);
    equal(await shown('sport = :1'), '');
  });

  describe('with -s', () => {
    const summary = (...words: string[]) => sstory('ss', '-Hs', ...words, '--at', `@${usAt(9) / 1e6}`, '--db', db);

    it('counts sockets of other kinds as they were last read', async () => {
      const [total, tcp, , , ...rows] = (await summary()).stdout.split('\n').map((line) => line.trim());
      deepEqual([total, tcp], ['Total: 21', 'TCP:   5 (estab 1, closed 4, orphaned 2, timewait 0)']);
      deepEqual(
        rows.slice(0, 5).map((row) => row.split(/\s+/).join(' ')),
        ['RAW 1 1 0', 'UDP 7 3 4', 'TCP 1 1 0', 'INET 9 5 4', 'FRAG 6 0 6'],
      );
    });

    it('does not give counts of a time at which they were not recorded', async () => {
      for (const seconds of [1.5, 200]) {
        const { stdout } = await sstory('ss', '-s', '--at', `@${usAt(seconds) / 1e6}`, '--db', db);
        match(stdout, /^Total: -\nTCP: {3}1 \(estab 1, closed -, orphaned -, timewait 0\)\n/);
      }
    });

    it('summarises all sockets, lists those of the filter below, and reads them once without one', async () => {
      for (const words of [['-t'], ['-t', 'state', 'established']]) {
        const { stdout } = await summary(...words);
        match(stdout, /^TCP: {3}5 \(estab 1, .*\n[\s\S]*10\.0\.0\.1:40001 +10\.0\.0\.2:9200/m);
      }
      const { stdout, stderr } = await summary('-t', 'state', 'close-wait');
      match(stdout, /^TCP: {3}5 \(estab 1, /m);
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
