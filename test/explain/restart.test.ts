import { deepEqual, doesNotMatch, match } from 'node:assert/strict';
import type { Trouble } from '../../src/explain/explanation.js';
import { troublesIn } from '../../src/explain/troubles/troubles.js';
import type { Connection } from '../../src/model/connection.js';
import type { CloseReason } from '../../src/model/stored-codes.js';
import { connectionOf, type Entered, usAt } from '../lab/history.js';
import { explainedText, explanationOf, inHistory, type Story } from './explained.js';

function found(story: Story): readonly Trouble[] {
  return inHistory(story, (contextAt) => {
    const window = { fromUs: usAt(0), toUs: usAt(100), condition: undefined };
    return troublesIn(contextAt(100), window, 100).troubles;
  });
}
const kinds = (story: Story) => found(story).map(({ kind }) => kind);

function listener(id: number, fromS: number, toS?: number, localAddr = '0.0.0.0'): Connection {
  const end: readonly Entered[] = toS === undefined ? [] : [[toS, 'UNCONN']];
  const tuple = { family: 4 as const, localAddr, localPort: 80, remoteAddr: '0.0.0.0', remotePort: 0 };
  return connectionOf(id, [[fromS, 'LISTEN'], ...end], { tuple, origin: 'listen', comm: 'nginx', pid: id });
}

function toPort80(connection: Connection, remoteAddr: string): Connection {
  return { ...connection, tuple: { ...connection.tuple, localAddr: '127.0.0.1', remoteAddr, remotePort: 80 } };
}

function refused(id: number, atS: number, address = '127.0.0.1'): Connection {
  const steps: readonly Entered[] = [
    [atS, 'SYN-SENT'],
    [atS + 0.001, 'UNCONN'],
  ];
  return toPort80(connectionOf(id, steps, { closeReason: 'refused' }), address);
}

function broken(id: number, atS: number, closeReason: CloseReason): Connection {
  const steps: readonly Entered[] = [
    [20, 'SYN-SENT'],
    [20.1, 'ESTAB'],
    [atS, 'UNCONN'],
  ];
  return toPort80(connectionOf(id, steps, { closeReason }), '127.0.0.1');
}

describe('a restart of a listener', () => {
  const listeners = [listener(50, 1, 40), listener(51, 43)];

  it('has what was refused and reset between', () => {
    const connections = [...listeners, refused(1, 40.5), refused(2, 42), broken(3, 39.9, 'reset by peer')];
    const [trouble, ...others] = found({ connections });
    deepEqual(others, []);
    deepEqual(
      [trouble?.kind, trouble?.subject, trouble?.count, trouble?.processes, trouble?.fromUs, trouble?.toUs],
      ['listener restart', '0.0.0.0:80', 3, ['nginx[50]', 'nginx[51]'], usAt(40), usAt(43)],
    );
    match(
      explainedText({ connections }, 1),
      /nginx\[50\] stopped listening on 0\.0\.0\.0:80 at \S+ \(#50\); nginx\[51\] has listened there since \S+ \(#51\), 3s later\./,
    );
    deepEqual(explanationOf({ connections }, 1).troubles, ['refused', 'listener restart']);
    deepEqual(explanationOf({ connections }, 1, 41).troubles, ['refused'], 'it is not back yet');
  });

  it('leaves what failed at other times, and at other hosts', () => {
    const connections = [...listeners, refused(1, 41), refused(2, 60), refused(3, 41, '10.9.9.9')];
    const troubles = found({ connections }).map(({ kind, subject, count }) => [kind, subject, count]);
    deepEqual(troubles, [
      ['listener restart', '0.0.0.0:80', 1],
      ['refused', '127.0.0.1:80', 1],
      ['refused', '10.9.9.9:80', 1],
    ]);
  });

  it('is none where nothing failed, where another listener went on, or where it did not come back', () => {
    deepEqual(kinds({ connections: [...listeners, refused(1, 60)] }), ['refused']);
    deepEqual(kinds({ connections: listeners }), []);
    const covered = { connections: [...listeners, listener(52, 2), refused(1, 41)] };
    deepEqual(kinds(covered), ['refused']);
    doesNotMatch(explainedText(covered), /has listened there since/);
    deepEqual(kinds({ connections: [listener(50, 1, 40), refused(1, 41)] }), ['refused']);
    const elsewhere = [listener(50, 1, 40, '10.0.0.1'), listener(51, 43, undefined, '10.0.0.1')];
    match(
      explainedText({ connections: [...elsewhere, refused(1, 60)] }),
      /nginx\[51\] listens on 10\.0\.0\.1:80 only \(#51\): not on 127\.0\.0\.1:80\./,
    );
    match(
      explainedText({ connections: [{ ...listener(52, 2), netns: 7 }, refused(1, 60)] }),
      /nginx\[52\] listens on 0\.0\.0\.0:80 in network namespace 7 only/,
    );
    doesNotMatch(explainedText({ connections: [listener(52, 2), refused(1, 60, '10.9.9.9')] }), /listens on/);
    deepEqual(kinds({ connections: [...elsewhere, refused(1, 41)] }), ['refused'], 'another address');
  });
});
