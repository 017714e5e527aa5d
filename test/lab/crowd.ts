/** Databases of very many connections, written by SQL: the store's writer would take its time. */
import { Closings } from '../../src/store/closings.js';
import { openForWriting } from '../../src/store/database.js';
import { connectionOf, writeHistory } from './history.js';

/** Makes a database of `count` closed connections that differ in id, ports and times. */
export function writeCrowd(path: string, count: number): void {
  writeHistory(path, {
    connections: [
      connectionOf(1, [
        [1, 'SYN-SENT'],
        [1.5, 'ESTAB'],
        [2, 'UNCONN'],
      ]),
    ],
  });
  const database = openForWriting(path);
  const columns = (database.pragma('table_info(socket)') as { name: string }[]).map(({ name }) => name);
  const values: Readonly<Record<string, string>> = {
    id: 'n.id',
    opened_us: 's.opened_us + n.id * 100',
    closed_us: 's.closed_us + n.id * 100',
    local_port: '1024 + n.id % 60000',
    remote_addr: "printf('10.%d.%d.%d', n.id % 7, n.id % 241, n.id % 251)",
  };
  database
    .prepare(
      `INSERT INTO socket (${columns.join(', ')})
       WITH RECURSIVE n (id) AS (SELECT 2 UNION ALL SELECT id + 1 FROM n WHERE id < @count)
       SELECT ${columns.map((name) => values[name] ?? `s.${name}`).join(', ')} FROM n CROSS JOIN socket s ON s.id = 1`,
    )
    .run({ count });
  database.exec('DELETE FROM closings');
  const closings = new Closings(database);
  while (database.transaction(() => closings.fillNext())());
  database.close();
}
