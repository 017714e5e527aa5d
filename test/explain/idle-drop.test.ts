import { deepEqual, doesNotMatch, match } from 'node:assert/strict';
import type { Trouble } from '../../src/explain/explanation.js';
import { troublesIn } from '../../src/explain/troubles/troubles.js';
import type { Connection } from '../../src/model/connection.js';
import { connectionOf, sampleOf, usAt } from '../lab/history.js';
import { explainedText, explanationOf, inHistory, type Story } from './explained.js';

function found(story: Story, toS = 100): readonly Trouble[] {
  return inHistory(story, (contextAt) => {
    const window = { fromUs: usAt(0), toUs: usAt(toS), condition: undefined };
    return troublesIn(contextAt(toS), window, 100).troubles;
  });
}
const kinds = (story: Story, toS?: number) => found(story, toS).map(({ kind }) => kind);

const again = (atS: number) => ({
  ...{ connectionId: 1, atUs: usAt(atS), kind: 'retransmit' as const, detail: 'data' },
});
/** Its last segment came `agoS` seconds before. */
const seen = (atS: number, agoS: number, retrans: number) =>
  sampleOf(1, usAt(atS), {
    ...{ sendQ: 100, retrans, timer: 'on', lastAckRecvMs: agoS * 1000, lastDataRecvMs: agoS * 1000 + 5 },
  });
const estab = (id: number, atS: number, more: Partial<Connection> = {}) =>
  connectionOf(
    id,
    [
      [atS, 'SYN-SENT'],
      [atS + 0.1, 'ESTAB'],
    ],
    more,
  );

const events = [60.2, 60.6, 61.4, 63].map(again);
const dropped = estab(1, 10, { retransmits: 4 });
const ended = connectionOf(
  1,
  [
    [10, 'SYN-SENT'],
    [10.1, 'ESTAB'],
    [75, 'UNCONN'],
  ],
  { closeReason: 'timed out', retransmits: 4 },
);

describe('an idle connection that a firewall forgot', () => {
  const story = { connections: [dropped, estab(2, 62)], events, samples: [seen(64, 44, 4)] };

  it('is explained with its silence, and with the new connection that works', () => {
    deepEqual(explanationOf(story).troubles, ['unacknowledged data', 'idle drop']);
    match(
      explainedText(story),
      /Nothing came from 10\.0\.0\.2:9200 for 40\.2s before the first retransmit at \S+, the last segment at \S+: the connection was idle\. None of 4 retransmits was answered\.\n.*\nMeanwhile a new connection to 10\.0\.0\.2:9200 works: #2, established at \S+\. So the peer is up, and a firewall or NAT/,
    );
    deepEqual(kinds(story), ['idle drop']);
  });

  it('is found after the kernel or the program gave up', () => {
    deepEqual(kinds({ ...story, connections: [ended, estab(2, 62)] }), ['idle drop']);
    const aborted: Connection = { ...ended, closeReason: 'aborted' };
    deepEqual(kinds({ ...story, connections: [aborted, estab(2, 62)] }), ['idle drop']);
  });

  it('is only a timeout where no new connection works, or only one of another time or host', () => {
    const { tuple } = estab(2, 62);
    const elsewhere = estab(2, 62, { tuple: { ...tuple, remoteAddr: '10.0.0.7' } });
    for (const other of [[], [estab(2, 30)], [elsewhere]]) {
      deepEqual(kinds({ ...story, connections: [ended, ...other] }), ['timed out']);
    }
    deepEqual(kinds(story, 61), [], 'of a new connection that comes later nothing is known');
  });

  it('is none where the peer was heard until shortly before, or answered again', () => {
    const busy = { ...story, samples: [seen(64, 4, 4)] };
    doesNotMatch(explainedText(busy), /idle/);
    deepEqual(kinds(busy), ['unacknowledged data']);
    deepEqual(kinds({ ...story, samples: [...story.samples, seen(70, 1, 0)] }), ['unacknowledged data']);
  });
});
