import { deepEqual, doesNotMatch, match } from 'node:assert/strict';
import { explain } from '../../src/explain/explain.js';
import { subjectAt } from '../../src/explain/subject.js';
import { troublesIn } from '../../src/explain/troubles/troubles.js';
import type { NameRecord } from '../../src/model/name.js';
import { connectionById } from '../../src/query/connection-by-id.js';
import { BASE_US, connectionOf, type Entered, sampleOf, usAt } from '../lab/history.js';
import { explainedText, inHistory, type Story } from './explained.js';

const MOMENTS = [10.05, 15, 30, 45, 55, 62, 75, 92];
const CONNECT: readonly Entered[] = [
  [10, 'SYN-SENT'],
  [10.1, 'ESTAB'],
];
const TOTALS = { bytesSent: 987_654, bytesReceived: 456_789, retransmits: 77 };

const name = (address: string, fromS: number, toS: number, ended?: NameRecord['ended']): NameRecord => ({
  ...{ name: 'kafka.test', address, fromUs: usAt(fromS), toUs: usAt(toS), source: 'dns', netns: 1, ended },
});

const data = (id: number, atS: number) => ({
  ...{ connectionId: id, atUs: usAt(atS), kind: 'retransmit' as const, detail: 'data' },
});

const toPort = (id: number, remotePort: number, steps: readonly Entered[]) => {
  const connection = connectionOf(id, steps);
  return { ...connection, tuple: { ...connection.tuple, remotePort } };
};

const story: Story = {
  connections: [
    connectionOf(1, [...CONNECT, [40, 'CLOSE-WAIT'], [90, 'LAST-ACK'], [91, 'UNCONN']], {
      ...TOTALS,
      closeReason: 'reset by peer',
    }),
    connectionOf(2, [...CONNECT, [60, 'UNCONN']], { ...TOTALS, closeReason: 'timed out' }),
    connectionOf(3, [
      [10, 'SYN-SENT'],
      [50, 'ESTAB'],
    ]),
    connectionOf(4, [...CONNECT, [20, 'FIN-WAIT-1'], [21, 'FIN-WAIT-2'], [80, 'TIME-WAIT']]),
    connectionOf(5, [
      [10, 'SYN-SENT'],
      [70, 'ESTAB'],
    ]),
    toPort(6, 9_300, [
      [61, 'SYN-SENT'],
      [61.1, 'ESTAB'],
    ]),
    connectionOf(7, [...CONNECT, [58, 'CLOSE-WAIT']], { origin: 'accept' }),
  ],
  events: [25, 33, 61, 72].flatMap((atS) => [1, 2, 5].map((id) => data(id, atS))),
  samples: [12, 28, 44, 60, 74].flatMap((atS) =>
    [1, 2, 3, 4].map((id) =>
      sampleOf(id, usAt(atS), { sendQ: 10 * atS, retrans: 3, bytesSent: atS, bytesReceived: 5 }),
    ),
  ),
  names: [name('10.0.0.2', 1, 65, 'replaced'), name('10.0.0.3', 65, 99)],
  gaps: [{ fromUs: usAt(26), toUs: usAt(89) }],
};

/** All moments within something, as seconds. */
function momentsIn(value: unknown): number[] {
  if (typeof value === 'number') return value > BASE_US ? [(value - BASE_US) / 1e6] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(momentsIn) : [];
}

describe('an explanation of a past moment', () => {
  it('has nothing from later', () => {
    inHistory(story, (contextAt) => {
      for (const atS of MOMENTS) {
        const context = contextAt(atS);
        for (let id = 1; id <= 7; id++) {
          const connection = connectionById(context.database, id);
          const subject = connection === undefined ? undefined : subjectAt(connection, context.atUs);
          if (subject === undefined) continue;
          const { sentences } = explain(subject, context);
          deepEqual(
            momentsIn(sentences).filter((each) => each > atS),
            [],
            `#${id} at ${atS}`,
          );
        }
      }
    });
  });

  it('has no troubles from later either', () => {
    inHistory(story, (contextAt) => {
      for (const atS of MOMENTS) {
        const window = { fromUs: usAt(0), toUs: usAt(atS), condition: undefined };
        const { troubles } = troublesIn(contextAt(atS), window, 100);
        deepEqual(
          momentsIn(troubles).filter((each) => each > atS),
          [],
          `at ${atS}`,
        );
      }
    });
  });

  it('has the bytes and retransmits of then', () => {
    const text = explainedText(story, 1, 30);
    match(text, /The kernel retransmitted segments once/);
    const healthy: Story = {
      ...story,
      events: [],
      samples: [sampleOf(1, usAt(12), { bytesSent: 12, bytesReceived: 5 })],
    };
    match(explainedText(healthy, 1, 30), /12 bytes sent and 5 bytes received when last seen\. Nothing/);
    for (const atS of MOMENTS.filter((each) => each < 60)) {
      doesNotMatch(explainedText(story, 2, atS), /987654|456789|77/);
    }
  });
});
