import { deepEqual, equal } from 'node:assert/strict';
import { basisOf } from '../../../src/fleet/basis.js';
import { FleetClient } from '../../../src/fleet/client.js';
import { CONNECTION_COLUMN_NAMES } from '../../../src/fleet/columns.js';
import { type FleetSocket, fleetSocketsAt } from '../../../src/fleet/sockets-at.js';
import { TCP_STATES } from '../../../src/model/tcp-state.js';
import { chdbDirectory } from '../../fleet/chdb.js';
import { connectionOf, usAt } from '../../lab/history.js';
import { Stage } from '../../lab/stage.js';
import { FleetLab } from './fleet-lab.js';

/** A change that is not additive gets tables with the next number: both are behind the same names. */
describe('tables of a later version', () => {
  const stage = new Stage();
  let lab: FleetLab;
  before(async function () {
    if (chdbDirectory() === undefined) return void this.skip();
    lab = await FleetLab.start();
    await ship('old');
    for (const table of ['lives', 'open_lives']) {
      await lab.gateway.run(`CREATE TABLE ${table}_v2 AS ${table}_v1`);
      await lab.gateway.run(`ALTER TABLE ${table}_v2 ADD COLUMN zone LowCardinality(String)`);
    }
  });
  after(async () => {
    await lab?.close();
    await stage[Symbol.asyncDispose]();
  });

  async function ship(host: string): Promise<void> {
    const connections = [
      connectionOf(1, [
        [0, 'ESTAB'],
        [50, 'UNCONN'],
      ]),
      connectionOf(2, [[1, 'ESTAB']]),
    ];
    await lab.host(host, await stage.directory(), { connections, throughUs: usAt(90), endS: 90 });
  }

  const socketsAt = async (atS: number): Promise<FleetSocket[]> => {
    const us = usAt(atS);
    const basis = await basisOf(lab.client, { fromUs: us, toUs: us });
    const sockets: FleetSocket[] = [];
    const asked = { filter: undefined, states: new Set(TCP_STATES), initialNetns: false };
    for await (const socket of fleetSocketsAt(lab.client, us, basis, asked)) sockets.push(socket);
    return sockets;
  };
  const namesAt = async (atS: number) =>
    (await socketsAt(atS)).map(({ machine, socket }) => `${machine.host} ${socket.connection.id}`).sort();

  it('are asked together with those of this one', async () => {
    await lab.gateway.run(
      "INSERT INTO lives_v2 SELECT * REPLACE ('new' AS host, 'machine-new' AS machine), 'west' AS zone FROM lives_v1",
    );
    deepEqual(await namesAt(40), ['new 1', 'old 1', 'old 2']);
  });

  it('take the rows of a shipper of this version as before', async () => {
    await ship('late');
    deepEqual(await namesAt(60), ['late 2', 'old 2']);
  });

  it('give a row once that is in tables of both, and of an open connection the newest', async () => {
    const columns = CONNECTION_COLUMN_NAMES.filter((name) => name !== 'retransmits').join(', ');
    await lab.gateway.run("INSERT INTO lives_v2 SELECT *, 'west' AS zone FROM lives_v1");
    await lab.gateway.run(
      `INSERT INTO open_lives_v2 (${columns}, retransmits, version) SELECT ${columns}, 7, version + 1000000
       FROM open_lives_v1 WHERE connection_id = 2`,
    );
    deepEqual(await namesAt(40), ['late 1', 'late 2', 'new 1', 'old 1', 'old 2']);
    const open = (await socketsAt(40)).filter(({ socket }) => socket.connection.id === 2);
    deepEqual(
      open.map(({ socket }) => socket.connection.retransmits),
      [7, 7],
    );
  });

  it('are compared at each connect: one that lost a column is named', async () => {
    const { text } = lab.client.address;
    equal(await refusal(), undefined);
    await lab.gateway.run('ALTER TABLE counts_v1 DROP COLUMN longest_us');
    equal(await refusal(), `${text} lacks the column counts_v1.longest_us`);
  });

  async function refusal(): Promise<string | undefined> {
    const secrets = { password: 'secret', ca: Buffer.from(lab.gateway.certificate.cert) };
    try {
      await (await FleetClient.connect('--to', lab.gateway.url(), { use: 'write', secrets })).close();
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }
});
