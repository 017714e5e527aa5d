import { deepEqual, equal } from 'node:assert/strict';
import { isoTime, localTime } from '../../../src/model/time-text.js';
import { evidenceText, localSentence } from '../../../src/web/sentence-text.js';

const AT_US = new Date(2026, 10, 26, 14, 5, 30).getTime() * 1000 + 42;
const DAY_US = 86_400_000_000;

describe('a sentence of an explanation', () => {
  it('has its times on the clock of the reader, without the day where that is known', () => {
    equal(localSentence(`sent at ${isoTime(AT_US)}: lost`, AT_US), 'sent at 14:05:30.000042: lost');
    equal(localSentence(isoTime(AT_US), AT_US + DAY_US), localTime(AT_US));
  });
});

describe('evidence in words', () => {
  const table: readonly (readonly [Readonly<Record<string, unknown>> & { readonly kind: string }, string])[] = [
    [
      { kind: 'transition', at_us: AT_US, old_state: 'UNCONN', new_state: 'SYN-SENT', source: 'probe' },
      'UNCONN → SYN-SENT',
    ],
    [
      { kind: 'transition', at_us: AT_US, old_state: 'ESTAB', new_state: 'UNCONN', source: 'snapshot' },
      'ESTAB → UNCONN, inferred (snapshot)',
    ],
    [{ kind: 'event', at_us: AT_US, event: 'retransmit', detail: 'SYN' }, 'retransmit SYN'],
    [
      { kind: 'count', of: 'connections established to :80', n: 1, from_us: AT_US, to_us: AT_US },
      '1 connection established to :80, until 14:05:30.000042',
    ],
    [{ kind: 'count', of: 'addresses', n: 1, from_us: AT_US, to_us: AT_US }, '1 address, until 14:05:30.000042'],
    [
      { kind: 'name', name: 'kafka', address: '10.0.0.1', from_us: AT_US, to_us: null, source: 'dns', ended: null },
      'name kafka = 10.0.0.1, by dns',
    ],
    [{ kind: 'sample', connection_id: 7, at_us: AT_US, recv_q: 3 }, 'sample: recv_q 3'],
    [
      { kind: 'gap', from_us: AT_US, to_us: AT_US, lost: null, reason: 'tracer' },
      'gap: unknown number of events lost (tracer)',
    ],
  ];
  for (const [evidence, what] of table) {
    it(what, () => equal(evidenceText(evidence, AT_US).what, what));
  }

  it('has a time, and the connection it is of', () => {
    const { atUs, connectionId } = evidenceText({ kind: 'connection', connection_id: 7, at_us: AT_US }, AT_US);
    deepEqual([atUs, connectionId], [AT_US, 7]);
  });
});
