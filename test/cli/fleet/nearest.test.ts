/** A connection with more neighbours than a slice holds is explained from those that are nearest in time. */
import { deepEqual, equal, match } from 'node:assert/strict';
import { join } from 'node:path';
import { execa } from 'execa';
import { MOST_NEAR, writeHostSlice } from '../../../src/fleet/page/host-slice.js';
import { extentOf } from '../../../src/query/coverage.js';
import { openForReading } from '../../../src/store/database.js';
import { requireChdb } from '../../fleet/chdb.js';
import { connectionOf, usAt } from '../../lab/history.js';
import { MAIN } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';
import { FleetLab } from './fleet-lab.js';

const HOST = 'busy-1';
const COUNT = MOST_NEAR + 500;
const STUCK_ID = COUNT + 1;
const LISTENER_ID = COUNT + 2;

describe('a connection of a fleet with very many neighbours', function () {
  this.timeout(240_000);
  const stage = new Stage();
  let lab: FleetLab;
  let directory: string;
  before(async function () {
    requireChdb(this);
    lab = await FleetLab.start();
    directory = await stage.directory();
    // One every millisecond; the stuck one begins at 80 s.
    const connections = Array.from({ length: COUNT }, (_, index) =>
      connectionOf(index + 1, [
        [index / 1_000, 'SYN-SENT'],
        [index / 1_000 + 0.01, 'UNCONN'],
      ]),
    );
    const stuck = connectionOf(STUCK_ID, [[80, 'SYN-SENT']]);
    const listener = connectionOf(LISTENER_ID, [[1, 'LISTEN']], { origin: 'listen' });
    await lab.host(HOST, directory, { connections: [...connections, stuck, listener] });
  });
  after(async () => {
    await lab?.close();
    await stage[Symbol.asyncDispose]();
  });

  const sliceOf = (path: string, near?: { readonly id: number; readonly openedUs: number; readonly most?: number }) =>
    machineOf().then((machine) =>
      writeHostSlice(lab.client, { ...machine, window: { fromUs: usAt(0), toUs: usAt(100) }, near }, path),
    );
  async function machineOf() {
    const [row] = await lab.client.rows<{ host: string; machine: string; file: string }>({
      sql: 'SELECT host, machine, file FROM hosts FINAL',
    });
    if (row === undefined) throw new Error('no host was sent');
    return row;
  }

  it('has itself, the listeners, and those that opened nearest to it', async () => {
    const path = join(directory, 'near.db');
    deepEqual(await sliceOf(path, { id: 7, openedUs: usAt(0.006), most: 6 }), { isCut: true });
    const database = openForReading(path);
    const ids = database.prepare('SELECT id FROM socket ORDER BY id').pluck().all();
    equal(extentOf(database), 'some', 'nothing is concluded from what is missing');
    database.close();
    equal(ids.length, 6);
    deepEqual([ids.at(-1), ids.includes(7)], [LISTENER_ID, true]);
    deepEqual(
      ids.slice(0, -1).filter((id) => Math.abs(Number(id) - 7) > 3),
      [],
    );
  });

  it('is explained, and a line says what it is explained from', async () => {
    const { exitCode, stdout, stderr } = await execa(
      process.execPath,
      [MAIN, 'explain', `${HOST}:${STUCK_ID}`, '--fleet', lab.gateway.url()],
      { reject: false, env: { ...lab.gateway.environment(), TZ: 'UTC' } },
    );
    equal(exitCode, 0, stderr);
    match(stdout, new RegExp(`^${HOST}:${STUCK_ID} `));
    match(
      stderr,
      /^sstory: busy-1:50501: of more than 50,000 connections with the same peer or port, the 50,000 nearest in time are looked at$/m,
    );
  });

  it('has all of them where there are not too many', async () => {
    const limit = { id: 7, openedUs: usAt(0.006), most: COUNT + 2 };
    const path = join(directory, 'all.db');
    deepEqual(await sliceOf(path, limit), { isCut: false });
    const database = openForReading(path);
    equal(database.prepare('SELECT count(*) FROM socket').pluck().get(), COUNT + 2);
    equal(extentOf(database), 'sent');
    database.close();
  });
});
