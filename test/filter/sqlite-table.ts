/** Subjects of filters as rows of SQLite. */

import type { Filter, FilterSubject } from '../../src/filter/expression.js';
import { registerInetIn } from '../../src/filter/inet-in.js';
import { compileToSql, type FilterColumns } from '../../src/filter/sql.js';
import { cgroupParts } from '../../src/model/cgroup.js';
import { codeOfCloseReason, codeOfOrigin } from '../../src/model/stored-codes.js';
import { Database } from '../../src/store/sqlite.js';

export const COLUMNS: FilterColumns = {
  family: 'family',
  localAddr: 'local_addr',
  localPort: 'local_port',
  remoteAddr: 'remote_addr',
  remotePort: 'remote_port',
  state: 'state',
  interfaceIndex: 'interface',
  mark: 'mark',
  cgroup: (condition) => `coalesce((${condition}), 0)`,
  netns: 'netns',
  openedUs: 'opened_us',
  closedUs: 'closed_us',
  pid: 'pid',
  uid: 'uid',
  comm: 'comm',
  history: {
    id: 'known_id',
    origin: 'origin',
    closeReason: 'reason',
    durationUs: 'duration',
    name: (condition) => `EXISTS (SELECT 1 FROM names WHERE names.socket = socket.id AND ${condition})`,
  },
  anyOwner: (column, compare) =>
    `EXISTS (SELECT 1 FROM owner WHERE owner.socket = socket.id AND ${compare(`owner.${column}`)})`,
};

export class Table {
  readonly database = new Database(':memory:');

  constructor(rows: readonly FilterSubject[]) {
    registerInetIn(this.database);
    this.database.exec(
      `CREATE TABLE socket (id INTEGER PRIMARY KEY, family INTEGER, local_addr TEXT, local_port INTEGER, remote_addr TEXT,
         remote_port INTEGER, state TEXT, interface INTEGER, mark INTEGER, uid INTEGER, path TEXT,
         container TEXT, pod TEXT, unit TEXT, netns INTEGER, opened_us INTEGER, closed_us INTEGER,
         known_id INTEGER, origin INTEGER, reason INTEGER, duration INTEGER);
       CREATE TABLE names (socket INTEGER, name TEXT);
       CREATE TABLE owner (socket INTEGER, pid INTEGER, comm TEXT);
       CREATE INDEX by_remote ON socket (remote_port);
       CREATE INDEX by_address ON socket (remote_addr)`,
    );
    const insert = this.database.prepare(`INSERT INTO socket VALUES (${Array(21).fill('?').join(', ')})`);
    const insertName = this.database.prepare('INSERT INTO names VALUES (?, ?)');
    const insertOwner = this.database.prepare('INSERT INTO owner VALUES (?, ?, ?)');
    rows.forEach(({ tuple, state, ...row }, id) => {
      const { interfaceIndex, mark, uid, owners = [], cgroupPath, netns, openedUs = 0, closedUs } = row;
      const { container, pod, unit } = cgroupParts(cgroupPath ?? '');
      const place = [cgroupPath, container, pod, unit, netns, openedUs, closedUs];
      const { id: known, origin, closeReason, durationUs, names = [] } = row;
      const history = [
        ...[known, origin && codeOfOrigin(origin)],
        ...[closeReason && codeOfCloseReason(closeReason), durationUs],
      ];
      for (const name of names) insertName.run(id, name);
      const ends = [tuple.family, tuple.localAddr, tuple.localPort, tuple.remoteAddr, tuple.remotePort];
      insert.run(
        id,
        ...ends,
        state,
        ...[interfaceIndex, mark, uid, ...place, ...history].map((value) => value ?? null),
      );
      for (const { pid, comm } of owners) insertOwner.run(id, pid, comm);
    });
  }

  ids(filter: Filter): number[] {
    const { sql, params } = compileToSql(filter, COLUMNS);
    const statement = this.database.prepare(`SELECT id FROM socket WHERE ${sql} ORDER BY id`).pluck();
    return statement.all(params) as number[];
  }

  plan(filter: Filter): string {
    const { sql, params } = compileToSql(filter, COLUMNS);
    const steps = this.database.prepare(`EXPLAIN QUERY PLAN SELECT id FROM socket WHERE ${sql}`).all(params);
    return (steps as { detail: string }[]).map(({ detail }) => detail).join('; ');
  }
}
