/** A fleet: ClickHouse with its tables, and hosts whose histories are shipped to it. */
import { join } from 'node:path';
import { FleetClient } from '../../../src/fleet/client.js';
import { createStatements } from '../../../src/fleet/tables.js';
import { ClickHouseTarget } from '../../../src/ship/clickhouse-target.js';
import { Outbox } from '../../../src/ship/outbox.js';
import { shipOnce } from '../../../src/ship/ship-loop.js';
import { Shipper } from '../../../src/ship/shipper.js';
import { StateFile } from '../../../src/ship/state.js';
import { parseWhat } from '../../../src/ship/what.js';
import { Gateway } from '../../fleet/gateway.js';
import { type Written, writeHistory } from '../../lab/history.js';

/** Histories of tests are of the past and of the future: they are not to expire. */
const DAYS = 3_000;

export class FleetLab {
  private constructor(
    readonly gateway: Gateway,
    readonly client: FleetClient,
  ) {}

  static async start(): Promise<FleetLab> {
    const gateway = await Gateway.start();
    const lab = new FleetLab(gateway, FleetLab.clientOf(gateway));
    for (const statement of createStatements({ days: DAYS })) await lab.client.command(statement);
    return lab;
  }

  private static clientOf(gateway: Gateway): FleetClient {
    return FleetClient.of('--fleet', gateway.url(), { password: 'secret', ca: gateway.certificate.cert });
  }

  /**
   * Writes a history of a host into a directory, and ships it. Gives the path of its database.
   * @param aheadUs of the host's clock: what the shipper measures, and not the times of the history
   */
  async host(host: string, directory: string, written: Written, what = 'all', aheadUs = 0): Promise<string> {
    const path = join(directory, `${host}.db`);
    writeHistory(path, written);
    await this.ship(host, path, what, host, aheadUs);
    return path;
  }

  /** Ships a database as that of a host. */
  async ship(host: string, path: string, what = 'all', name = host, aheadUs = 0): Promise<void> {
    const outbox = new Outbox(path);
    const nowUs = () => Date.now() * 1_000 + aheadUs;
    const target = new ClickHouseTarget(FleetLab.clientOf(this.gateway), nowUs);
    const say = () => undefined;
    const shipper = new Shipper({
      ...{ outbox, target, state: new StateFile(join(path, '..'), name), name, what: parseWhat(what) },
      ...{ origin: { host, machine: `machine-${host}`, file: outbox.file }, nowUs, say, atOnce: true },
    });
    try {
      await shipOnce({ shipper, outbox, pace: 1.5, nowUs, say }, new AbortController().signal);
    } finally {
      await target.close();
      outbox.close();
    }
  }

  async close(): Promise<void> {
    await this.client.close();
    await this.gateway.close();
  }
}
