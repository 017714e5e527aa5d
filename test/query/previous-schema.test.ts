import { deepEqual, ok } from 'node:assert/strict';
import { loggedConnectionsInOrder } from '../../src/query/connections-in-order.js';
import { findings } from '../../src/query/verification.js';
import { BLOCK_SQL } from '../../src/store/closed-index.js';
import { openForReading } from '../../src/store/database.js';
import { LIVES_OF_VERSION_4 } from '../../src/store/migrations/0005-lives.js';
import { PREVIOUS_VERSION } from '../../src/store/previous-schema.js';
import { Database } from '../../src/store/sqlite.js';
import { usAt } from '../lab/history.js';
import { newDatabases } from '../lab/new-databases.js';
import { writeVersion } from '../store/versions.js';

describe('a large database of the schema version before', () => {
  const newPath = newDatabases();

  /** More of a closed connection, a tenth of a second apart. */
  function multiplyClosed(path: string, count: number): void {
    const database = new Database(path);
    const columns = (database.pragma('table_info(socket)') as { name: string }[]).map(({ name }) => name);
    const selected = columns.map((name) =>
      name === 'id' ? 'last + n' : /^(opened|closed)_us$/.test(name) ? `${name} + n * 100000` : name,
    );
    database.exec(`
      INSERT INTO socket (${columns.join(', ')})
        WITH RECURSIVE more (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM more WHERE n < ${count})
        SELECT ${selected.join(', ')} FROM (SELECT *, (SELECT max(id) FROM socket) AS last FROM socket WHERE life_class > 0 LIMIT 1), more;
      DELETE FROM closed_life;
      DELETE FROM closed_port;
      INSERT INTO closed_life (class, from_us, connection_id, to_us)
        SELECT life_class, opened_us, id, closed_us FROM socket WHERE life_class > 0;
      INSERT INTO closed_port (block, remote, local, from_us, connection_id)
        SELECT ${BLOCK_SQL}, remote_port, local_port, opened_us, id FROM socket WHERE life_class > 0;
      UPDATE closed_through SET id = (SELECT max(id) FROM socket);`);
    database.close();
  }

  it('is checked, and read in order, without a search of the whole table for each connection or page', () => {
    const path = newPath();
    writeVersion(path, PREVIOUS_VERSION);
    multiplyClosed(path, 3_000);
    const database = openForReading(path);
    let read = 0;
    database.function('counting', (us: number) => {
      read++;
      return us;
    });
    database.exec('DROP VIEW temp.closed_life');
    database.exec(LIVES_OF_VERSION_4.replace(', to_us', ', counting(to_us) AS to_us'));
    const closed = Number(database.prepare('SELECT count(*) FROM main.closed_life').pluck().get());
    for (const newestFirst of [false, true]) {
      read = 0;
      const found = [...loggedConnectionsInOrder(database, usAt(0), usAt(10_000), { newestFirst })];
      ok(found.length >= closed && closed > 3_000, `${found.length} of ${closed}`);
      const openings = found.map(({ openedUs }) => openedUs);
      deepEqual(
        openings,
        openings.toSorted((a, b) => (newestFirst ? b - a : a - b)),
      );
      ok(read > 0 && read <= 4 * closed, `${read} rows read for ${closed}`);
    }
    read = 0;
    deepEqual(
      [...findings(database)].filter(({ check }) => check === 'index'),
      [],
    );
    ok(read <= 4 * closed, `${read} rows read for ${closed}`);
    database.close();
  });
});
