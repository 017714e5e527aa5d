import { deepEqual, equal } from 'node:assert/strict';
import type { Sample } from '../../src/model/sample.js';
import type { SocketRow } from '../../src/model/socket-row.js';
import { Correlator } from '../../src/pipeline/correlator.js';
import { atLeast, atMost } from '../lab/number-assertions.js';
import { Dumps } from './dumps.js';
import { CLIENT, drained, OFFSET_US, row, transition } from './stories.js';

const S = 1_000_000;

/** One dump a second, of the rows that `rowsAt` gives for each: the samples. */
function samplesOf(seconds: number, rowsAt: (second: number) => readonly SocketRow[]): Sample[] {
  const correlator = new Correlator({ firstId: 1, tracing: true });
  const dumps = new Dumps();
  const samples: Sample[] = [];
  for (let second = 1; second <= seconds; second++) {
    const batch = correlator.accept(dumps.at(second, rowsAt(second)));
    samples.push(...batch.samples);
  }
  return samples;
}

/** The seconds at which samples were taken. */
function secondsOf(samples: readonly Sample[]): number[] {
  return samples.map(({ atUs }) => Math.round((atUs - OFFSET_US) / S));
}

const segments = (segsIn: number) => ({ segsIn, segsOut: 1 }) as unknown as NonNullable<SocketRow['info']>;
/** A row of the nth socket. */
const nth = (index: number, more: Partial<SocketRow>) =>
  row('ESTAB', { cookie: index + 1, tuple: { ...CLIENT, localPort: 1_000 + index }, ...more });

describe('samples of a socket', () => {
  it('are one while nothing changes', () => {
    deepEqual(secondsOf(samplesOf(30, () => [row('ESTAB')])), [1]);
  });

  it('come every ten seconds while there is traffic', () => {
    deepEqual(secondsOf(samplesOf(32, (second) => [row('ESTAB', { info: segments(second) })])), [1, 11, 21, 31]);
  });

  it('come at once when a queue changes after a while', () => {
    const samples = samplesOf(30, (second) => [row('ESTAB', { sendQ: second < 20 ? 0 : 5 })]);
    deepEqual(secondsOf(samples), [1, 20]);
  });

  it('come ever more seldom while a queue changes all the time', () => {
    const samples = samplesOf(60, (second) => [row('ESTAB', { sendQ: second })]);
    deepEqual(secondsOf(samples), [1, 2, 3, 5, 9, 17, 27, 37, 47, 57]);
  });

  it('come at once at each retransmission in a row, from the second on', () => {
    const counts = [0, 1, 2, 2, 3, 3, 3, 3, 4];
    const samples = samplesOf(9, (second) => [
      row('ESTAB', { sendQ: second, timer: { kind: 'on', expiresMs: 100, retransmits: counts[second - 1] ?? 0 } }),
    ]);
    deepEqual(
      samples.map(({ retrans }) => retrans),
      [0, 1, 2, 3, 4],
    );
  });

  it('come at once when a process accepts it', () => {
    deepEqual(secondsOf(samplesOf(30, (second) => [row('ESTAB', { inode: second < 15 ? 0 : 7 })])), [1, 15]);
  });

  it('come at once at each change of a listener', () => {
    const samples = samplesOf(6, (second) => [row('LISTEN', { recvQ: second })]);
    deepEqual(secondsOf(samples), [1, 2, 3, 4, 5, 6]);
    equal(
      samples.every(({ dueMs }) => dueMs === 0),
      true,
    );
  });

  for (const [title, option] of [
    ['SO_BINDTODEVICE', (set: number) => ({ interfaceIndex: set })],
    ['SO_PRIORITY', (set: number) => ({ classId: set })],
    ['IP_TRANSPARENT', (set: number) => ({ sockopt: set })],
    ['SO_MAX_PACING_RATE', (set: number) => ({ info: { maxPacingRate: set } as unknown as SocketRow['info'] })],
    ['TCP_WINDOW_CLAMP', (set: number) => ({ info: { rcvSsthresh: set } as unknown as SocketRow['info'] })],
  ] as const) {
    it(`come when ${title} is set`, () => {
      deepEqual(secondsOf(samplesOf(30, (second) => [row('ESTAB', option(second < 15 ? 1 : 2))])), [1, 15]);
    });
  }

  it('end with how the socket was left: what came too early is sampled when it is due', () => {
    const samples = samplesOf(40, (second) => [row('ESTAB', { info: segments(Math.min(second, 5)) })]);
    deepEqual(secondsOf(samples), [1, 11]);
    const [, last] = samples;
    equal(last?.segsIn, 5);
    equal(last?.changedMs, 9_000);
  });

  it('are taken of what is as before again, since it was something else meanwhile', () => {
    const samples = samplesOf(20, (second) => [row('ESTAB', { info: segments(second === 4 ? 2 : 1) })]);
    deepEqual(secondsOf(samples), [1, 11]);
    equal(samples[1]?.changedMs, 7_000);
  });

  it('know by when a change was to be sampled', () => {
    deepEqual(
      samplesOf(12, (second) => [row('ESTAB', { info: segments(second) })]).map(({ dueMs }) => dueMs),
      [10_000, 10_000],
    );
  });

  it('leave the totals with which it became a TIME-WAIT while the dump went on', () => {
    const correlator = new Correlator({ firstId: 1, tracing: true });
    const cookie = 77;
    const events = [
      transition(1 * S, 'UNCONN', 'SYN-SENT', { cookie }),
      transition(1 * S + 100, 'SYN-SENT', 'ESTAB', { cookie }),
      transition(1 * S + 200, 'ESTAB', 'FIN-WAIT-1', { cookie }),
      transition(1 * S + 300, 'FIN-WAIT-1', 'FIN-WAIT-2', { cookie }),
      transition(2 * S + 50, 'FIN-WAIT-2', 'UNCONN', {
        ...{ cookie, done: true },
        totals: { bytesSent: 10, bytesReceived: 13_032, retransmits: 0, rttUs: 40 },
      }),
    ];
    correlator.accept(drained(events, 2 * S + 100));
    const info = { bytesSent: 10, bytesReceived: 0, rttUs: 90 } as unknown as NonNullable<SocketRow['info']>;
    const { samples, connections } = correlator.accept(new Dumps().at(2, [row('FIN-WAIT-2', { cookie, info })]));
    deepEqual(
      samples.map(({ bytesReceived }) => bytesReceived),
      [0],
    );
    deepEqual(
      connections.map(({ connection: { state, bytesReceived, rttUs } }) => ({ state, bytesReceived, rttUs })),
      [{ state: 'TIME-WAIT', bytesReceived: 13_031, rttUs: 40 }],
    );
  });
});

describe('samples of many busy sockets', () => {
  it('are not more than their share, at whatever interval that gives each', () => {
    const count = 1_260;
    const samples = samplesOf(200, (second) =>
      Array.from({ length: count }, (_, index) => nth(index, { info: segments(second) })),
    );
    const late = secondsOf(samples).filter((second) => second > 80);
    atMost(late.length / 120, 47, 'samples a second');
    atLeast(late.length / count, 3, 'samples of each socket in two minutes');
  });
});
