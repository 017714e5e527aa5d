import { deepEqual, equal, match } from 'node:assert/strict';
import { sstory } from '../../lab/sstory.js';

describe('sstory ss with tables that only ss has', () => {
  const shown: readonly (readonly [string, string])[] = [
    ['-tulpn', 'UDP'],
    ['-tupan', 'UDP'],
    ['-ltunp', 'UDP'],
    ['-taxw', 'Unix domain sockets, raw sockets'],
    ['-t --mptcp', 'MPTCP'],
    ['-ut', 'UDP'],
    ['-A tcp,udp', 'udp'],
    ['-A inet', 'the rest of inet'],
    ['-A udp -t', 'udp'],
  ];
  for (const [words, others] of shown) {
    it(`shows TCP with a note: ${words}`, async () => {
      const { stdout, stderr, exitCode } = await sstory('ss', ...words.split(' '));
      equal(stderr, `sstory: TCP only: for ${others} use ss`);
      match(stdout, /^(State +)?Recv-Q +Send-Q +Local Address:Port/);
      equal(exitCode, 0);
    });
  }

  it('ignores a flag of other sockets', async () => {
    const { stdout, stderr, exitCode } = await sstory('ss', '-tH', '--tipcinfo', 'state', 'unconnected');
    deepEqual([stdout, stderr, exitCode], ['', '', 0]);
  });

  it('refuses an invalid filter, as ss, where the summary has no use for one', async () => {
    for (const [filter, code] of [
      ['foo', 1],
      ['sport nosuchservice', 1],
      ['inet6:', 255],
      ['state foo', 255],
      ['state established', 0],
    ] as const) {
      const { stdout, exitCode } = await sstory('ss', '-s', filter);
      match(stdout, /^Total: \d+\nTCP: /);
      equal(exitCode, code, filter);
    }
  });

  const refused: readonly (readonly [string, string])[] = [
    ['-u', '-u, --udp: UDP: sstory knows TCP only'],
    ['-uln', '-u, --udp: UDP: sstory knows TCP only'],
    ['-A udp,raw', '-A udp,raw: sstory knows TCP only'],
    ['-A !tcp', '-A !tcp: sstory knows TCP only'],
    ['-A all,!tcp', '-A all,!tcp: sstory knows TCP only'],
    ['-t --bpf-maps', '--bpf-maps: storage of BPF programs'],
    ['-t --bpf-map-id=4', '--bpf-map-id: storage of BPF programs'],
    ['-t --bpf', '-b, --bpf: BPF filters of packet sockets'],
  ];
  for (const [words, message] of refused) {
    it(`refuses without TCP, or what is no table: ${words}`, async () => {
      const { stdout, stderr, exitCode } = await sstory('ss', ...words.split(' '));
      equal(stdout, '');
      deepEqual(
        stderr
          .split('\n')
          .map((line) => line.trim())
          .slice(0, 2),
        [`sstory: ${message}`, 'ss shows it'],
      );
      equal(exitCode, 255);
    });
  }
});
