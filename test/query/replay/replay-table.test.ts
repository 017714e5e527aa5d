import { deepEqual, equal } from 'node:assert/strict';
import type { Connection } from '../../../src/model/connection.js';
import { ReplayTable } from '../../../src/query/replay/replay-table.js';
import { connectionOf } from '../../lab/history.js';

const client = connectionOf(1, [
  [1, 'SYN-SENT'],
  [2, 'ESTAB'],
  [3, 'UNCONN'],
]);
const half = connectionOf(2, [
  [1, 'NEW-SYN-RECV'],
  [2, 'ESTAB'],
]);

function applySteps(table: ReplayTable, connection: Connection, upTo: number, nowMs = 0): void {
  for (const step of connection.steps.slice(0, upTo)) table.apply(connection, step, nowMs);
}

const look = (table: ReplayTable) =>
  table.shown('opened').map((row) => [row.connection.id, row.state, table.markOf(row)] as const);

describe('the socket table of a replay', () => {
  it('follows a connection from its opening to its end, and marks each change', () => {
    const table = new ReplayTable();
    applySteps(table, client, 1);
    deepEqual(look(table), [[1, 'SYN-SENT', 'new']]);
    applySteps(table, client, 2);
    deepEqual(look(table), [[1, 'ESTAB', 'changed']]);
    applySteps(table, client, 3);
    deepEqual(look(table), [[1, 'UNCONN', 'gone']]);
    equal(table.counts().size, 0);
  });

  it('takes what is found out later, and keeps place, state and mark', () => {
    const table = new ReplayTable();
    applySteps(table, half, 1);
    applySteps(table, client, 1);
    const [row] = table.shown('opened');
    const renamed = { ...half, comm: 'later' };
    if (row !== undefined) table.refresh(row, renamed);
    deepEqual(look(table), [
      [2, 'NEW-SYN-RECV', 'new'],
      [1, 'SYN-SENT', 'new'],
    ]);
    equal(table.shown('opened')[0]?.connection.comm, 'later');
  });

  it('forgets marks by their age, and with them the sockets that are gone', () => {
    const table = new ReplayTable();
    applySteps(table, client, 3, 100);
    applySteps(table, half, 1, 200);
    table.forgetMarks(250, 100);
    deepEqual(look(table), [[2, 'NEW-SYN-RECV', 'new']]);
    equal(table.hasMarks, true);
    table.forgetMarks(300, 100);
    deepEqual(look(table), [[2, 'NEW-SYN-RECV', undefined]]);
    equal(table.hasMarks, false);
  });

  it('skips steps that it has, and the end of a socket that was never in it', () => {
    const table = new ReplayTable();
    const [, established, closed] = client.steps;
    table.reset([
      {
        connection: client,
        state: 'ESTAB',
        since: established ?? client.steps[0] ?? never(),
        ageUs: 0,
        source: 'probe',
        uncertain: false,
        owners: [],
        sample: undefined,
      },
    ]);
    applySteps(table, client, 2);
    deepEqual(look(table), [[1, 'ESTAB', undefined]]);
    const empty = new ReplayTable();
    empty.apply(client, closed ?? never(), 0);
    deepEqual(look(empty), []);
  });

  it('with states given, shows the sockets in them, and for a while those that left', () => {
    const table = new ReplayTable(new Set(['SYN-SENT']));
    applySteps(table, half, 2);
    deepEqual(look(table), []);
    applySteps(table, client, 1);
    applySteps(table, client, 2);
    deepEqual(look(table), [[1, 'ESTAB', 'gone']]);
    deepEqual([...table.counts()], []);
    table.forgetMarks(1, 1);
    deepEqual(look(table), []);
    applySteps(table, client, 3);
    deepEqual(look(table), []);
  });

  it('counts by the names that ss has, and orders by the latest change on request', () => {
    const table = new ReplayTable();
    applySteps(table, half, 1);
    applySteps(table, client, 2);
    deepEqual([...table.counts()].sort(), [
      ['ESTAB', 1],
      ['SYN-RECV', 1],
    ]);
    const third = connectionOf(3, [[1, 'LISTEN']]);
    applySteps(table, third, 1);
    applySteps(table, half, 2);
    deepEqual(
      table.shown('changed').map((row) => row.connection.id),
      [2, 3, 1],
    );
    deepEqual(
      table.shown('opened').map((row) => row.connection.id),
      [2, 1, 3],
    );
  });

  it('keeps no more than a screenful of those that are gone', () => {
    const table = new ReplayTable();
    for (let id = 1; id <= 1_000; id++) {
      applySteps(
        table,
        connectionOf(id, [
          [1, 'SYN-SENT'],
          [2, 'UNCONN'],
        ]),
        2,
      );
    }
    equal(table.shown('opened').length, 100);
  });
});

function never(): never {
  throw new Error('a step is missing');
}
