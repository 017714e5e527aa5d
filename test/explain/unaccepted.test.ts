import { deepEqual, doesNotMatch, match } from 'node:assert/strict';
import type { Trouble } from '../../src/explain/explanation.js';
import { troublesIn } from '../../src/explain/troubles/troubles.js';
import type { Connection } from '../../src/model/connection.js';
import { connectionOf, type Entered, sampleOf, usAt } from '../lab/history.js';
import { explainedText, explanationOf, inHistory, type Story } from './explained.js';

function found(story: Story, toS = 100): readonly Trouble[] {
  return inHistory(story, (contextAt) => {
    const window = { fromUs: usAt(0), toUs: usAt(toS), condition: undefined };
    return troublesIn(contextAt(toS), window, 100).troubles;
  });
}
const kinds = (story: Story, toS?: number) => found(story, toS).map(({ kind }) => kind);

const listener = connectionOf(9, [[1, 'LISTEN']], {
  tuple: { family: 4, localAddr: '0.0.0.0', localPort: 80, remoteAddr: '0.0.0.0', remotePort: 0 },
  ...{ origin: 'listen', comm: 'nginx', pid: 9 },
});

function incoming(id: number, more: readonly Entered[] = [], pid?: number): Connection {
  const tuple = {
    ...{ family: 4 as const, localAddr: '10.0.0.1', localPort: 80, remoteAddr: '10.0.9.9', remotePort: 5_000 + id },
  };
  const entered: readonly Entered[] = [[10, 'SYN-RECV'], [10.1, 'ESTAB'], ...more];
  return connectionOf(id, entered, { tuple, origin: 'accept', pid, comm: pid === undefined ? undefined : 'nginx' });
}

const queue = (recvQ: number) => sampleOf(9, usAt(12), { recvQ, sendQ: 128 });
const orphan = (id: number, is: number) => sampleOf(id, usAt(12), { orphan: is });

describe('a connection that no process accepts', () => {
  it('is explained with the listener in whose queue it waits', () => {
    const story = { connections: [incoming(1), listener], samples: [queue(3), orphan(1, 1)] };
    deepEqual(explanationOf(story).troubles, ['never accepted']);
    match(
      explainedText(story),
      /^No process has accepted it in the 1m29s since it was established at \S+: it waits in the accept queue of nginx\[9\] at 0\.0\.0\.0:80 \(#9\), where 3 connections waited at the last sample\./,
    );
    const [trouble] = found(story);
    deepEqual(
      [trouble?.kind, trouble?.count, trouble?.processes, trouble?.peers],
      ['never accepted', 1, ['nginx[9]'], ['10.0.9.9']],
    );
  });

  it('is no leak of an unknown process when the peer closes', () => {
    const connections = [incoming(1, [[20, 'CLOSE-WAIT']]), incoming(2, [[20, 'CLOSE-WAIT']]), listener];
    const story = { connections, samples: [queue(2)] };
    deepEqual(kinds(story), ['never accepted']);
    match(explainedText(story), /10\.0\.9\.9:5001 closed its half at/);
    doesNotMatch(explainedText(story), /leak/);
  });

  it('is not one that was accepted, one that waits for a short time, or one that a process has', () => {
    const accepted = { connections: [incoming(1, [], 9), listener], samples: [queue(3), orphan(1, 0)] };
    deepEqual(kinds(accepted), []);
    deepEqual(kinds({ connections: [incoming(1), listener], samples: [queue(3), orphan(1, 1)] }, 13), []);
    deepEqual(kinds({ connections: [incoming(1), listener], samples: [queue(0)] }), [], 'nothing shows that it waits');
    deepEqual(
      kinds({ connections: [incoming(1), listener], samples: [queue(3), orphan(1, 0)] }),
      [],
      'it has an inode',
    );
  });
});
