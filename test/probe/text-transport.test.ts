import { deepEqual, equal, ok } from 'node:assert/strict';
import type { Bpftrace } from '../../src/probe/bpftrace.js';
import { TextTransport } from '../../src/probe/text-transport.js';
import type { Arrival } from '../../src/probe/transport.js';
import { KIND, type MadeRecord, numbersOf, recordAt } from './made-records.js';

const NEVER_MS = 1_000_000;
const OWNER = { pid: 4_242, tid: 4_250, fd: 7, inode: 81_234, cgroup: 5_678, name: 'java' };

/** What bpftrace prints of a record. */
function line(record: MadeRecord): string {
  return `E ${numbersOf(record)
    .map((number) => number.toString(16))
    .join(' ')} .`;
}

/** A bpftrace that prints `rest` while it is waited for. */
function bpftraceOf(rest: () => void, done: string[]): Bpftrace {
  const end = async (name: string) => {
    done.push(name);
  };
  const bpftrace = {
    ended: new Promise<void>(() => undefined),
    caughtUp: async () => {
      rest();
      await end('caught up');
    },
    stop: () => end('stopped'),
    end: () => end('killed'),
  };
  return bpftrace as unknown as Bpftrace;
}

describe('records as text', () => {
  const opened: TextTransport[] = [];
  afterEach(() => Promise.all(opened.splice(0).map((transport) => transport.abandon())));

  function open(rest: readonly string[] = []) {
    const done: string[] = [];
    const arrivals: Arrival[] = [];
    const bpftrace = bpftraceOf(() => {
      for (const each of rest) transport.line(each);
    }, done);
    const transport: TextTransport = new TextTransport({ resetReason: () => undefined }, bpftrace, NEVER_MS, 0);
    opened.push(transport);
    transport.onArrival((arrival) => arrivals.push(arrival));
    return { transport, arrivals, done };
  }

  /** What comes of lines. */
  function play(...lines: readonly string[]) {
    const { transport, arrivals } = open();
    for (const each of lines) transport.line(each);
    transport.request();
    const slices = [...transport.merge.slices(Number.POSITIVE_INFINITY)];
    return {
      events: slices.flatMap(({ events }) => events),
      losses: slices.flatMap(({ losses }) => losses),
      arrivals,
    };
  }

  it('come in the order of time, with all that they say', () => {
    const ipv6 = { kind: KIND.accept, nsecs: 2_000, addresses: [0n, 1n << 56n, 0n, 1n << 56n], owner: OWNER };
    const { events, losses, arrivals } = play(line(recordAt(3_000)), line(ipv6), line(recordAt(1_000)));
    deepEqual(
      events.map(({ kind, bootUs }) => [kind, bootUs]),
      [
        ['retransmit', 1],
        ['accept', 2],
        ['retransmit', 3],
      ],
    );
    const accept = events[1];
    ok(accept?.kind === 'accept');
    deepEqual([accept.task.comm, accept.tuple.remoteAddr, accept.fd, accept.cgroup], ['java', '::1', 7, 5_678]);
    deepEqual(losses, []);
    deepEqual(
      arrivals.map(({ records, outgrown }) => [records, outgrown]),
      [[true, false]],
    );
  });

  it('cannot be forged by a name, whatever bytes it has', () => {
    const name = '\nE 1 2 3\n';
    const { events } = play(line({ kind: KIND.accept, nsecs: 1_000, owner: { ...OWNER, name } }));
    deepEqual(
      events.map((event) => (event.kind === 'accept' ? event.task.comm : undefined)),
      [name],
    );
  });

  it('are not lines that are cut off, run together, or say anything else: those of records count as lost', () => {
    const whole = line(recordAt(1_000));
    const damaged = [
      whole.slice(0, -2),
      whole.slice(0, -4),
      whole.replace(/ \.$/, ' 0 .'),
      `${whole}${whole}`,
      whole.replace(/ [^ ]+ \.$/, ' -1 .'),
      whole.replace(/ [^ ]+ \.$/, ` ${'1'.repeat(17)} .`),
      line({ kind: 99, nsecs: 1_000 }),
      'E ',
      'E 1 2 3 .',
    ];
    const { events, losses } = play(...damaged, 'H 1 102030405060708 3', 'nonsense', '');
    deepEqual(events, []);
    deepEqual(
      losses.map(({ lost }) => lost),
      [damaged.length],
    );
  });

  it('that bpftrace lost are a loss of as many, at about that time', () => {
    const { losses, arrivals } = play('Lost 12 events', line(recordAt(1_000)), 'Lost 3 events');
    deepEqual(
      losses.map(({ cpu, lost, reason }) => [cpu, lost, reason]),
      [[undefined, 15, 'overrun']],
    );
    const [loss] = losses;
    ok(loss !== undefined && loss.fromBootUs < loss.toBootUs);
    equal(loss.toBootUs, arrivals[0]?.bootUs);
  });

  it('are reported as read though nothing came', () => {
    const { events, arrivals } = play();
    deepEqual(events, []);
    deepEqual(
      arrivals.map(({ records }) => records),
      [false],
    );
  });

  it('are waited for before bpftrace is stopped, which discards what it has buffered', async () => {
    const { transport, done } = open([line(recordAt(2_000)), 'Lost 1 events']);
    transport.line(line(recordAt(1_000)));
    await transport.stop();
    deepEqual(done, ['caught up', 'stopped']);
    const slices = [...transport.merge.slices(Number.POSITIVE_INFINITY)];
    deepEqual(
      slices.flatMap(({ events }) => events.map(({ bootUs }) => bootUs)),
      [1, 2],
    );
    equal(slices[0]?.losses[0]?.lost, 1);
  });
});
