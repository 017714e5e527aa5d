import { deepEqual, doesNotMatch, match } from 'node:assert/strict';
import { troublesIn } from '../../src/explain/troubles/troubles.js';
import { connectionOf, type Entered, sampleOf, usAt } from '../lab/history.js';
import { explainedText, explanationOf, inHistory, type Story } from './explained.js';

const ESTAB: readonly Entered[] = [
  [5, 'SYN-SENT'],
  [5.1, 'ESTAB'],
];

function kinds(story: Story): string[] {
  return inHistory(story, (contextAt) => {
    const window = { fromUs: usAt(0), toUs: usAt(100), condition: undefined };
    return troublesIn(contextAt(100), window, 100).troubles.map(({ kind }) => kind);
  });
}

/** Sampled before the FIN, and at `atS`, when it had sent `agoS` seconds ago. */
const samplesOf = (id: number, atS: number, agoS: number) => [
  sampleOf(id, usAt(9), { bytesSent: 100, bytesReceived: 7, lastDataSentMs: 1_000, lastDataRecvMs: 1_000 }),
  sampleOf(id, usAt(atS), {
    ...{ bytesSent: 5_100, bytesReceived: 6_007, lastDataSentMs: agoS * 1000, lastDataRecvMs: agoS * 1000 },
  }),
];

describe('a half-close', () => {
  const closeWait = connectionOf(1, [...ESTAB, [10, 'CLOSE-WAIT']]);

  it('that still sends is no leak', () => {
    const story = { connections: [closeWait], samples: samplesOf(1, 95, 1) };
    deepEqual(kinds(story), []);
    deepEqual(explanationOf(story).troubles, []);
    match(explainedText(story), /half-closed and still transfers: java\[42\] sent 5,000 bytes since, last at \S+\.\n/);
    doesNotMatch(explainedText(story), /leak|normal for such a short time/);
  });

  it('of many sockets that still send is no leak either', () => {
    const ids = Array.from({ length: 25 }, (_, index) => index + 1);
    const connections = ids.map((id) => connectionOf(id, [...ESTAB, [10, 'CLOSE-WAIT']]));
    deepEqual(kinds({ connections, samples: ids.flatMap((id) => samplesOf(id, 95, 1)) }), []);
    deepEqual(kinds({ connections }), ['CLOSE-WAIT leak'], 'without transfers it is one');
  });

  it('is a leak from 60 s after its last transfer on', () => {
    deepEqual(kinds({ connections: [closeWait], samples: samplesOf(1, 20, 1) }), ['CLOSE-WAIT leak']);
    deepEqual(kinds({ connections: [closeWait], samples: samplesOf(1, 50, 1) }), []);
  });

  it('of this end is described as one while the peer still sends', () => {
    const finWait = connectionOf(1, [...ESTAB, [9.5, 'FIN-WAIT-1'], [10, 'FIN-WAIT-2']]);
    match(
      explainedText({ connections: [finWait], samples: samplesOf(1, 95, 1) }),
      /half-closed and still transfers: 6,000 bytes came from 10\.0\.0\.2:9200 since, last at/,
    );
    doesNotMatch(explainedText({ connections: [finWait] }), /still transfers/);
  });
});

describe('the longest abnormal state before the last one', () => {
  const reset = { closeReason: 'reset by peer' as const };

  it('is explained with how long it lasted and why', () => {
    const steps: readonly Entered[] = [...ESTAB, [10, 'CLOSE-WAIT'], [86, 'LAST-ACK'], [86.001, 'UNCONN']];
    match(
      explainedText({ connections: [connectionOf(1, steps, reset)] }),
      /^It was in CLOSE-WAIT for 1m16s, from \S+ to \S+: 10\.0\.0\.2:9200 had closed, java\[42\] had not\.\n\[transition 1\.3 ESTAB -> CLOSE-WAIT at \S+; transition 1\.4 CLOSE-WAIT -> LAST-ACK/,
    );
  });

  it('counts the retransmits of its time', () => {
    const steps: readonly Entered[] = [
      [10, 'SYN-SENT'],
      [17.1, 'ESTAB'],
    ];
    const events = [11, 13, 17].map((atS) => ({
      ...{ connectionId: 1, atUs: usAt(atS), kind: 'retransmit' as const, detail: 'SYN' },
    }));
    match(
      explainedText({ connections: [connectionOf(1, steps)], events }),
      /^It was in SYN-SENT for 7\.1s, from \S+ to \S+, with 3 retransmits: 10\.0\.0\.2:9200 answered its SYN only then\./,
    );
  });

  it('is not mentioned where all states were short, or the connection was half-closed', () => {
    const short: readonly Entered[] = [...ESTAB, [10, 'CLOSE-WAIT'], [12, 'LAST-ACK'], [12.1, 'UNCONN']];
    doesNotMatch(explainedText({ connections: [connectionOf(1, short)] }), /It was in/);
    const long: readonly Entered[] = [...ESTAB, [10, 'CLOSE-WAIT'], [96, 'LAST-ACK'], [96.1, 'UNCONN']];
    doesNotMatch(explainedText({ connections: [connectionOf(1, long)], samples: samplesOf(1, 95, 1) }), /It was in/);
  });
});
