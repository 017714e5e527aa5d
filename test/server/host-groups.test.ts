import { deepEqual } from 'node:assert/strict';
import { type HostRow, hostsInOrder } from '../../src/server/fleet/host-groups.js';

describe('the hosts of a fleet as rows', () => {
  const rowOf = (host: string, troubled = 0): HostRow => ({
    machine: { host, machine: host, file: 'f', firstUs: 0, completeUs: 0, source: 'bpf' },
    activity: { machine: host, host, connections: 1, troubled, changes: [] },
    gaps: [],
  });
  const namesOf = (rows: readonly HostRow[]) => rows.map(({ machine }) => machine.host);

  it('are in the order of the numbers in their names', () => {
    const rows = ['web-10', 'web-2', 'db-1', 'web-1'].map((host) => rowOf(host));
    deepEqual(namesOf(hostsInOrder(rows, 'name')), ['db-1', 'web-1', 'web-2', 'web-10']);
  });

  it('have the worst first', () => {
    const rows = [rowOf('web-2'), rowOf('web-10', 1), rowOf('web-9', 1), rowOf('web-3', 7)];
    deepEqual(namesOf(hostsInOrder(rows, 'worst')), ['web-3', 'web-9', 'web-10', 'web-2']);
  });
});
