import { deepEqual } from 'node:assert/strict';
import { basisOf } from '../../../src/fleet/basis.js';
import { CONNECTION_COLUMN_NAMES } from '../../../src/fleet/columns.js';
import { fleetSocketsAt } from '../../../src/fleet/sockets-at.js';
import { TCP_STATES } from '../../../src/model/tcp-state.js';
import { chdbDirectory } from '../../fleet/chdb.js';
import { connectionOf, usAt } from '../../lab/history.js';
import { Stage } from '../../lab/stage.js';
import { FleetLab } from './fleet-lab.js';

const DAY_US = 86_400_000_000;

/** The row that says that an open connection has ended expires before the others. */
describe('the rows of open connections that have ended', () => {
  const stage = new Stage();
  let lab: FleetLab;
  before(async function () {
    if (chdbDirectory() === undefined) return void this.skip();
    lab = await FleetLab.start();
    const connections = [
      connectionOf(1, [
        [0, 'ESTAB'],
        [50, 'UNCONN'],
      ]),
      connectionOf(2, [[1, 'ESTAB']]),
    ];
    await lab.host('one', await stage.directory(), { connections, throughUs: usAt(90), endS: 90 });
  });
  after(async () => {
    await lab?.close();
    await stage[Symbol.asyncDispose]();
  });

  const openAt = async (atS: number): Promise<number[]> => {
    const us = usAt(atS);
    const basis = await basisOf(lab.client, { fromUs: us, toUs: us });
    const ids: number[] = [];
    const asked = { filter: undefined, states: new Set(TCP_STATES), initialNetns: false };
    for await (const { socket } of fleetSocketsAt(lab.client, us, basis, asked)) ids.push(socket.connection.id);
    return ids.sort();
  };

  it('expire after a day, those of open ones do not', async () => {
    const nowUs = Date.now() * 1_000;
    const rows = [
      [11, nowUs - 2 * DAY_US, 1],
      [12, nowUs - 3_600_000_000, 1],
      [13, nowUs - 2 * DAY_US, 0],
    ];
    const values = rows.map(([id, version, isDeleted]) => `('expiring', ${id}, ${version}, ${isDeleted})`);
    await lab.gateway.run(
      `INSERT INTO open_lives_v1 (machine, connection_id, version, is_deleted) VALUES ${values.join(', ')}`,
    );
    await lab.gateway.run('OPTIMIZE TABLE open_lives_v1 FINAL');
    const left = await lab.gateway.rows<{ id: number }>(
      "SELECT toUInt32(connection_id) AS id FROM open_lives_v1 WHERE machine = 'expiring' ORDER BY id",
    );
    deepEqual(
      left.map(({ id }) => id),
      [12, 13],
    );
  });

  it('leave no ended connection open, where an older row was not merged with them', async () => {
    const columns = CONNECTION_COLUMN_NAMES.join(', ');
    await lab.gateway.run(
      `INSERT INTO open_lives_v1 (${columns}, version, is_deleted)
       SELECT ${columns}, closed_us - 1000000, 0 FROM lives_v1 WHERE connection_id = 1`,
    );
    await lab.gateway.run('ALTER TABLE open_lives_v1 DELETE WHERE is_deleted = 1 SETTINGS mutations_sync = 2');
    deepEqual(await openAt(40), [1, 2]);
    for (const atS of [51, 60, 80]) deepEqual(await openAt(atS), [2], `${atS} s`);
  });
});
