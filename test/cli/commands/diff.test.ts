import { deepEqual, equal, match } from 'node:assert/strict';
import { join } from 'node:path';
import { connectionOf, sampleOf, usAt, writeHistory } from '../../lab/history.js';
import { sstory } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';

const sample = (connectionId: number, atS: number, recvQ: number, sendQ: number) =>
  sampleOf(connectionId, usAt(atS), { recvQ, sendQ });

interface Line {
  readonly type: string;
  readonly connection_id: number;
  readonly before: { readonly state: string; readonly recv_q: number | null } | null;
  readonly after: { readonly state: string; readonly recv_q: number | null } | null;
}

describe('sstory diff', () => {
  const stage = new Stage();
  let db: string;
  const at = (seconds: number) => `@${usAt(seconds) / 1e6}`;

  before(async () => {
    db = join(await stage.directory(), 'history.db');
    writeHistory(db, {
      connections: [
        connectionOf(1, [
          [10, 'ESTAB'],
          [25, 'CLOSE-WAIT'],
        ]),
        connectionOf(2, [
          [10, 'ESTAB'],
          [26, 'UNCONN', 'snapshot', 24],
        ]),
        connectionOf(3, [[27, 'SYN-SENT']]),
        connectionOf(4, [[10, 'ESTAB']]),
        connectionOf(5, [
          [22, 'SYN-SENT'],
          [23, 'UNCONN'],
        ]),
        connectionOf(6, [[10, 'ESTAB']]),
      ],
      samples: [sample(1, 15, 0, 0), sample(4, 15, 0, 0), sample(4, 28, 4_096, 0)],
    });
  });
  after(() => stage[Symbol.asyncDispose]());

  const diff = (...args: string[]) => sstory('diff', '--db', db, ...args);
  const changes = async (...args: string[]) =>
    (await diff('--json', ...args)).stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Line)
      .map(({ type, connection_id, before: b, after: a }) => `${type} ${connection_id} ${b?.state} ${a?.state}`);
  const ALL = [
    'appeared 3 undefined SYN-SENT',
    'gone 2 ESTAB undefined',
    'changed 1 ESTAB CLOSE-WAIT',
    'changed 4 ESTAB ESTAB',
  ];

  it('lists what appeared, went, changed its state, and which queues grew', async () => {
    deepEqual(await changes(at(20), at(30)), ALL);
    const { stdout, stderr } = await diff(at(20), at(30));
    const lines = stdout.split('\n');
    match(lines[0] ?? '', /^\+ SYN-SENT {2}#3 {2}10\.0\.0\.1:40003 > 10\.0\.0\.2:9200 {2}java\[42\] {2}opened /);
    match(lines[1] ?? '', /^- ESTAB .* ~orderly .*\(snapshot, earliest /);
    match(lines[2] ?? '', /^\* ESTAB -> CLOSE-WAIT .* since /);
    match(lines[3] ?? '', /^\* ESTAB .* Recv-Q 0 -> 4096$/);
    match(stderr, /\(4 sockets\) to .* \(4 sockets\); 1 connection opened and closed in between/);
    match(stderr, /queues of 1 socket were not sampled at both times: whether they grew is unknown/);
  });

  it('takes the instants in either order, and as --since and --until', async () => {
    deepEqual(await changes(at(30), at(20)), ALL);
    match((await diff(at(30), at(20))).stderr, /T1 is later than T2/);
    deepEqual(await changes('--since', at(20), '--until', at(30)), ALL);
  });

  it('takes a filter, whose states may be those of either instant', async () => {
    deepEqual(await changes(at(20), at(30), 'state', 'close-wait'), ['changed 1 ESTAB CLOSE-WAIT']);
    deepEqual(await changes(at(20), at(30), 'sport', '=', ':40003'), ['appeared 3 undefined SYN-SENT']);
    deepEqual(await changes(at(20), at(20)), []);
  });

  it('lists the transitions in between on request', async () => {
    const { stdout } = await diff(at(20), at(30), '--transitions');
    const between = stdout.split('\n').filter((line) => line.startsWith('    '));
    deepEqual(
      between.map((line) => line.split('  ').find((part) => part.includes(' -> '))),
      ['UNCONN -> SYN-SENT', 'SYN-SENT -> UNCONN', 'ESTAB -> CLOSE-WAIT', 'ESTAB -> UNCONN', 'UNCONN -> SYN-SENT'],
    );
  });

  it('says when a time is outside the recorded time', async () => {
    const { exitCode, stderr, stdout } = await diff('start-1h', at(20));
    equal(exitCode, 1);
    equal(stdout, '');
    match(stderr, /T1 start-1h .* is outside the recorded time\n.* covers 2026-/);
    match((await diff('-9999d', '-9998d')).stderr, /^sstory: T1 -9999d \(.*\) is outside the recorded time$/m);
    equal((await diff('start')).exitCode, 2);
    equal((await diff('start', 'end', '-x')).exitCode, 2);
    equal((await diff('start', '--since', 'start')).exitCode, 2);
  });
});
