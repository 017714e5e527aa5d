import { deepEqual, equal, match } from 'node:assert/strict';
import { join } from 'node:path';
import { execa } from 'execa';
import { timewaitsRecord } from '../../../src/model/timewaits.js';
import { boundOf, connectionOf, sampleOf, usAt, writeHistory } from '../../lab/history.js';
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
        connectionOf(2, [
          [10.5, 'ESTAB'],
          [11, 'TIME-WAIT'],
          [70, 'UNCONN'],
        ]),
        connectionOf(
          3,
          [
            [8.5, 'LISTEN'],
            [8.8, 'UNCONN'],
          ],
          { tuple: { family: 4, localAddr: '127.0.0.1', localPort: 7_100, remoteAddr: '0.0.0.0', remotePort: 0 } },
        ),
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
      bound: [
        boundOf(1, { fromUs: usAt(4), toUs: undefined }),
        boundOf(2, { fromUs: usAt(4), toUs: usAt(9) }),
        boundOf(3, { fromUs: usAt(4), toUs: usAt(9) }),
        { ...boundOf(3, { fromUs: usAt(9), toUs: undefined }), uid: 7 },
        { ...boundOf(4, { fromUs: usAt(4), toUs: usAt(9) }), localPort: 7_100 },
      ],
      timewaits: [
        timewaitsRecord(1, usAt(40), 'cookie', [[0xabc, 2]]),
        timewaitsRecord(1, usAt(40), 'due', [[usAt(75) / 1_000, 4]]),
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

  const boundAt = async (seconds: number, ...words: string[]) => {
    const argv = ['-HtnB', '--at', `@${usAt(seconds) / 1e6}`, '--db', db, ...words];
    const { stdout, exitCode, stderr } = await sstory('ss', ...argv);
    equal(exitCode, 0, stderr);
    return stdout.split('\n').map((line) => line.replaceAll(/\s+/g, ' ').trim().replace('0 0 127.0.0.1:', ''));
  };

  it('lists bound sockets as the snapshots found them', async () => {
    deepEqual(await boundAt(3), ['']);
    deepEqual(await boundAt(4), ['7001 0.0.0.0:*', '7002 0.0.0.0:*', '7003 0.0.0.0:*', '7100 0.0.0.0:*']);
    deepEqual(await boundAt(9), ['7001 0.0.0.0:*', '7003 0.0.0.0:*']);
    match((await boundAt(9.2)).join(), /^7001 0.0.0.0:\* sampled:0.2s,7003 0.0.0.0:\* sampled:0.2s$/);
  });

  it('marks a bound socket that the next snapshot did not find, unless its port is in use again', async () => {
    deepEqual(await boundAt(8.6), [
      '7001 0.0.0.0:*',
      '7002 0.0.0.0:* ~uncertain sampled:4.6s',
      '7003 0.0.0.0:* sampled:4.6s',
    ]);
  });

  it('selects bound sockets by a filter', async () => {
    deepEqual(await boundAt(4, 'sport = :7001'), ['7001 0.0.0.0:*']);
    deepEqual(await boundAt(4, 'comm = java and sport gt :7050'), ['7100 0.0.0.0:*']);
    deepEqual(await boundAt(4, 'comm = other'), ['']);
  });

  it('shows the cookie of a TIME-WAIT with -e, whenever a dump found it', async () => {
    for (const seconds of [12, 69]) {
      const { stdout } = await sstory(
        'ss',
        '-Htane',
        '--at',
        `@${usAt(seconds) / 1e6}`,
        '--db',
        db,
        'state',
        'time-wait',
      );
      match(stdout, / sk:abc /, `${seconds} s`);
    }
  });

  it('does not take a number for one of that time that may have changed before TIME-WAIT, which is not sampled', async () => {
    const path = join(await stage.directory(), 'waits.db');
    const every = Array.from({ length: 40 }, (_, second) => second);
    writeHistory(path, {
      connections: [10, 30].map((endS, index) =>
        connectionOf(index + 1, [
          [1, 'ESTAB'],
          [endS, 'TIME-WAIT'],
          [endS + 60, 'UNCONN'],
        ]),
      ),
      samples: [1, 2].map((id) => sampleOf(id, usAt(2), { changedMs: 0, dueMs: 10_000 })),
      snapshots: every.map((second) => ({ atUs: usAt(second), netns: 1, sockets: 2, tookUs: 1 })),
      endS: 100,
    });
    const { stdout } = await sstory('ss', '-Htn', '--at', `@${usAt(9) / 1e6}`, '--db', path);
    deepEqual(
      stdout.split('\n').map((line) => / sampled:\S+/.exec(line)?.[0]),
      [' sampled:7.0s', undefined],
    );
  });
});
