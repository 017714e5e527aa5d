import { deepEqual, equal } from 'node:assert/strict';
import { changeLines } from '../../../src/web/sockets/changes.js';
import { socketLines, stateCounts } from '../../../src/web/sockets/socket-lines.js';

describe('the socket table at the cursor', () => {
  const rows = [
    { state: 'ESTAB', connection_id: 3 },
    { state: 'LISTEN', connection_id: 1 },
    { state: 'ESTAB', connection_id: null },
  ];

  it('is the text of ss in lines, each with its connection', () => {
    const { head, lines } = socketLines({ rows, text: 'State  Recv-Q\nESTAB  0\nLISTEN 0\nESTAB  1\n' });
    equal(head, 'State  Recv-Q');
    deepEqual(
      lines.map(({ text, connectionId }) => [text, connectionId]),
      [
        ['ESTAB  0', 3],
        ['LISTEN 0', 1],
        ['ESTAB  1', undefined],
      ],
    );
  });

  it('counts the states', () => {
    deepEqual(stateCounts(rows), [
      ['ESTAB', 2],
      ['LISTEN', 1],
    ]);
  });
});

describe('the difference between two cursors', () => {
  const common = {
    ...{ local_addr: '10.0.0.1', local_port: 1, remote_addr: '::1', remote_port: 2, opened_us: 1_000_000 },
    ...{ owners: [{ pid: 42, comm: 'java', fd: 3 }], close_reason: null },
  };
  const side = { state: 'ESTAB', recv_q: 0, send_q: 0 };

  it('says what appeared, went and changed', () => {
    const lines = changeLines({
      second_us: 3_000_000,
      rows: [
        { ...common, type: 'appeared', connection_id: 1, before: null, after: side },
        { ...common, type: 'gone', connection_id: 2, before: side, after: null, close_reason: 'refused' },
        {
          ...common,
          type: 'changed',
          connection_id: 3,
          before: side,
          after: { ...side, state: 'CLOSE-WAIT', recv_q: 9 },
        },
        { type: 'gap', from_us: 0, to_us: 1 },
      ],
    });
    deepEqual(
      lines.map(({ kind, states, ends, process, detail }) => [kind, states, ends, process, detail]),
      [
        ['appeared', 'ESTAB', '10.0.0.1:1 → [::1]:2', 'java[42]', 'opened 2s before'],
        ['gone', 'ESTAB', '10.0.0.1:1 → [::1]:2', 'java[42]', 'refused'],
        ['changed', 'ESTAB → CLOSE-WAIT', '10.0.0.1:1 → [::1]:2', 'java[42]', 'Recv-Q 0 → 9'],
      ],
    );
  });
});
