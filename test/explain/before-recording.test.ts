import { deepEqual, match } from 'node:assert/strict';
import type { Trouble } from '../../src/explain/explanation.js';
import { troublesIn } from '../../src/explain/troubles/troubles.js';
import type { Connection } from '../../src/model/connection.js';
import { connectionOf, type Entered, sampleOf, usAt } from '../lab/history.js';
import { explanationOf, inHistory, type Story } from './explained.js';

/** What the first dump of a recorder found. */
const FOUND = { origin: 'before-recording' } as const;
const seen = (atS: number, state: Entered[1]): Entered => [atS, state, 'snapshot', 'no bound'];
const ends = { family: 4, localAddr: '10.0.0.1', remoteAddr: '10.0.0.9' } as const;

const listener = connectionOf(90, [seen(1, 'LISTEN')], {
  ...FOUND,
  origin: 'listen',
  tuple: { family: 4, localAddr: '0.0.0.0', localPort: 80, remoteAddr: '0.0.0.0', remotePort: 0 },
});

function found(story: Story): readonly Trouble[] {
  return inHistory(story, (contextAt) => {
    const window = { fromUs: usAt(0), toUs: usAt(100), condition: undefined };
    return troublesIn(contextAt(100), window, 100).troubles;
  });
}

describe('what was there before the recorder, explained', () => {
  it('is a SYN that waits', () => {
    const connections = [connectionOf(1, [seen(1, 'SYN-SENT')], { ...FOUND, retransmits: 3 })];
    deepEqual(
      found({ connections }).map(({ kind, count }) => [kind, count]),
      [['unanswered SYN', 1]],
    );
  });

  it('is a connection that no process accepts, and no leak of an unknown one', () => {
    const inQueue = (id: number, orphan: number): Story => ({
      connections: [
        listener,
        connectionOf(id, [seen(1, 'CLOSE-WAIT')], {
          ...{ ...FOUND, pid: undefined, comm: undefined },
          tuple: { ...ends, localPort: 80, remotePort: 5_000 + id },
        }),
      ],
      samples: [sampleOf(id, usAt(1), { orphan }), sampleOf(90, usAt(1), { recvQ: 1, sendQ: 16 })],
    });
    deepEqual(
      found(inQueue(1, 1)).map(({ kind }) => kind),
      ['never accepted'],
    );
    deepEqual(explanationOf(inQueue(1, 1)).troubles, ['never accepted']);
    deepEqual(
      found(inQueue(1, 0)).map(({ kind }) => kind),
      ['CLOSE-WAIT leak'],
      'a process has it',
    );
  });

  it('is a leak of connections that came to one port, from one peer', () => {
    const leaked = (id: number): Connection =>
      connectionOf(id, [seen(1, 'CLOSE-WAIT')], {
        ...FOUND,
        tuple: { ...ends, localPort: 80, remotePort: 5_000 + id },
      });
    const [leak] = found({ connections: [1, 2, 3].map(leaked) });
    deepEqual([leak?.kind, leak?.count, leak?.peers], ['CLOSE-WAIT leak', 3, ['10.0.0.9']]);
  });

  it('does not count as an answer of the peer where it came to a listener', () => {
    const stuck = connectionOf(1, [[60, 'SYN-SENT']], { retransmits: 3 });
    const came = connectionOf(2, [seen(1, 'ESTAB')], {
      ...FOUND,
      tuple: { ...ends, remoteAddr: '10.0.0.2', localPort: 80, remotePort: 40_000 },
    });
    const text = (connections: readonly Connection[]) =>
      explanationOf({ connections })
        .sentences.map(({ text: pieces }) => pieces.filter((piece) => typeof piece === 'string').join(''))
        .join('\n');
    match(text([stuck, came, listener]), /No other port of 10\.0\.0\.2 was tried/);
    match(text([stuck, came]), /Other ports of 10\.0\.0\.2 answered/);
  });
});
