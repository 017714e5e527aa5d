import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict';
import { join } from 'node:path';
import { connectionOf, usAt, writeHistory } from '../../lab/history.js';
import { sstory } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';

describe('sstory timeline', () => {
  const stage = new Stage();
  let db: string;

  before(async () => {
    db = join(await stage.directory(), 'history.db');
    writeHistory(db, {
      connections: [
        connectionOf(
          1,
          [
            [10, 'SYN-SENT'],
            [14.5, 'UNCONN'],
          ],
          { closeReason: 'timed out', retransmits: 2, rttUs: undefined },
        ),
        connectionOf(
          2,
          [
            [20, 'SYN-SENT'],
            [20.001, 'ESTAB'],
            [40, 'CLOSE-WAIT', 'snapshot', 38],
            [50, 'UNCONN'],
          ],
          { rttUs: 1_500 },
        ),
        connectionOf(3, [[5, 'LISTEN', 'snapshot', 'no bound']], { origin: 'before-recording', comm: 'b\nroker' }),
        connectionOf(
          4,
          [
            [60, 'SYN-SENT'],
            [61, 'ESTAB'],
          ],
          { retransmits: 3 },
        ),
      ],
      events: [
        { connectionId: 1, atUs: usAt(11), kind: 'retransmit', detail: 'SYN' },
        { connectionId: 1, atUs: usAt(13), kind: 'retransmit', detail: 'SYN' },
        { connectionId: 1, atUs: usAt(14.5), kind: 'error', detail: 'ETIMEDOUT' },
      ],
      owners: [{ connectionId: 2, pid: 77, fd: 5, comm: 'child', fromUs: usAt(30), toUs: usAt(45) }],
      gaps: [{ fromUs: usAt(39), toUs: usAt(41) }],
    });
  });
  after(() => stage[Symbol.asyncDispose]());

  const timeline = (...args: string[]) => sstory('timeline', '--db', db, ...args);
  const ids = async (...args: string[]) =>
    (await timeline('--json', ...args)).stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => (JSON.parse(line) as { connection_id: number }).connection_id);

  it('shows each state with its length, and the events in it', async () => {
    const { stdout, exitCode } = await timeline('--id', '1');
    equal(exitCode, 0);
    const lines = stdout.split('\n');
    match(lines[0] ?? '', /^#1 {2}10\.0\.0\.1:40001 > 10\.0\.0\.2:9200 {2}java\[42\] {2}connect {2}netns 1$/);
    match(lines[1] ?? '', /^ {2}2026-11-\d\d \d\d:\d\d:50\.000000 {2}SYN-SENT {4}for 4\.5s +probe$/);
    match(lines[2] ?? '', /^ +\+1s +retransmit SYN$/);
    match(lines[3] ?? '', /^ +\+3s +retransmit SYN$/);
    match(lines[4] ?? '', /^ +\+4\.5s +error ETIMEDOUT$/);
    match(lines[5] ?? '', / gone: timed out {2}probe$/);
    match(lines[6] ?? '', /^ {2}owner java\[42\] fd 3$/);
    match(lines[7] ?? '', /^ {2}sent 10 B, received 20 B, retransmits 2, RTT at close unknown$/);
  });

  it('shows what was inferred as such, with its bounds, owners that came later, RTT, and the gap', async () => {
    const { stdout, stderr } = await timeline('--id', '2');
    match(stdout, /CLOSE-WAIT {2}for 10s - 12s +~snapshot, earliest \S+ \S+ \(2s before\)/);
    match(stdout, /ESTAB +for 18\.0?s? - 20\.0?s|ESTAB +for 18s - 20s/);
    match(stdout, /owner child\[77\] fd 5 {2}from .* to /);
    match(stdout, /RTT at close 1\.5ms/);
    match(stdout, /-- gap: 3 events lost \(sequence\), .*: this may be incomplete --/);
    match(stderr, /the record has a gap in this window/);
  });

  it('marks a beginning without a bound, and escapes names that could forge a line', async () => {
    const { stdout } = await timeline('--id', '3');
    match(stdout, /LISTEN +so far at least 1m35s +~snapshot, then or at any time before/);
    match(stdout, /b\\x0aroker\[42\]/);
  });

  it('reports retransmits that were counted but not observed', async () => {
    const { stdout } = await timeline('--id', '4');
    match(stdout, /retransmits 3 \(times known for 0\), RTT when last seen unknown/);
  });

  it('says when the window is outside the recorded time', async () => {
    for (const [args, text] of [
      [['--since', 'end+1s'], /--since end\+1s \(.*\) is outside the recorded time\n {2}recorded: .* to /],
      [['--until', 'start-1s'], /--until start-1s \(.*\) is outside the recorded time/],
    ] as const) {
      const { exitCode, stderr, stdout } = await timeline(...args);
      equal(exitCode, 1);
      equal(stdout, '');
      match(stderr, text);
    }
    equal((await timeline('--since', 'start-1h', '--until', 'end+1h')).exitCode, 0);
  });

  it('takes state X as: was ever in X within the window', async () => {
    deepEqual(await ids(), [3, 1, 2, 4]);
    deepEqual(await ids('state', 'syn-sent'), [1, 2, 4]);
    deepEqual(await ids('state', 'syn-sent', '--since', `@${usAt(15) / 1e6}`), [2, 4]);
    deepEqual(await ids('state', 'close-wait', '--until', `@${usAt(37) / 1e6}`), []);
    // It may have been in CLOSE-WAIT from second 38 on.
    deepEqual(await ids('state', 'close-wait', '--until', `@${usAt(39) / 1e6}`), [2]);
    deepEqual(await ids('state', 'closed'), [1, 2]);
  });

  it('takes --min-duration as: longer than that in that state, or in any', async () => {
    deepEqual(await ids('state', 'syn-sent', '--min-duration', '3s'), [1]);
    deepEqual(await ids('state', 'syn-sent', '--min-duration', '4.5s'), []);
    deepEqual(await ids('state', 'close-wait', '--min-duration', '11s'), [2]);
    deepEqual(await ids('--min-duration', '18s'), [3, 2, 4]);
    deepEqual(await ids('--min-duration', '39s'), [3]);
  });

  it('gives the last n, in the order of their opening', async () => {
    deepEqual(await ids('-n', '2'), [2, 4]);
    deepEqual(await ids('-n', '0'), []);
    deepEqual(await ids('-n', '1', 'state', 'close-wait'), [2]);
  });

  it('draws a bar to scale on one line', async () => {
    const { stdout } = await sstory('timeline', '--db', db, '--oneline', 'sport', '=', ':40001');
    const [time = '', first = '', second = '', line = '', ...rest] = stdout.split('\n');
    match(time, /^from 2026-11-18 \S+ to 2026-11-18 \S+$/);
    match(first, /^[s░] SYN-SENT\/SYN-RECV {2}[E█] ESTAB {2}[c▓] CLOSE-WAIT$/);
    match(second, /^[f▒] LAST-ACK\/FIN-WAIT-1\/FIN-WAIT-2\/CLOSING {2}[t▁] TIME-WAIT {2}[L─] LISTEN$/);
    deepEqual(rest, []);
    match(
      line,
      /^#1 {2}\S{40} {2}10\.0\.0\.1:40001 > 10\.0\.0\.2:9200 {2}SYN-SENT 4\.5s {2}java\[42\] {2}timed out, 2 retransmits$/,
    );
    equal(stdout.includes('\x1b'), false);
    // 100 s on 40 characters: second 10 to 14.5 are the fifth and the sixth.
    const bar = line.split('  ')[1] ?? '';
    match(bar, /^[.·]{4}[s░]{2}[.·]{34}$/);
  });

  it('prints the capture filter of each connection', async () => {
    const { stdout } = await sstory('timeline', '--db', db, '--pcap-filter', '#1', '2');
    const [first = '', second = '', ...rest] = stdout.split('\n');
    match(
      first,
      /^tcp and \(\(src host 10\.0\.0\.1 and src port 40001 and dst host 10\.0\.0\.2 and dst port 9200\) or \(.*\)\)$/,
    );
    match(second, /src port 40002/);
    deepEqual(rest, []);
  });

  it('answers what it cannot do in one line', async () => {
    for (const [args, code, text] of [
      [['--id', '99'], 1, /has no connection 99/],
      [['--min-duration', 'long'], 2, /invalid duration "long"/],
      [['--since', 'end', '--until', 'start'], 2, /--since end is later than --until start/],
      [['state', 'nowhere'], 255, /nowhere/],
    ] as const) {
      const { exitCode, stderr, stdout } = await timeline(...args);
      equal(exitCode, code, stderr);
      equal(stdout, '');
      match(stderr, text);
      doesNotMatch(stderr, /\n +at /);
    }
    const { exitCode, stderr } = await timeline('dst', ':1');
    equal(exitCode, 0);
    match(stderr, /no matching connections in this time range/);
  });
});
