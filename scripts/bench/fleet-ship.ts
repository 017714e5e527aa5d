/**
 * How fast a history is shipped, and what a connection costs: npm run build && node dist/scripts/bench/fleet-ship.js [CONNECTIONS]
 *
 * One in ten connections is refused. To a place that takes everything and does nothing (the cost of reading and making rows), to a
 * directory of Parquet files, and, where chdb is installed, to ClickHouse's engine behind TLS, which shares the CPUs with the shipper.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FleetClient } from '../../src/fleet/client.js';
import { createStatements } from '../../src/fleet/tables.js';
import { ClickHouseTarget } from '../../src/ship/clickhouse-target.js';
import { DirTarget } from '../../src/ship/dir-target.js';
import { Outbox } from '../../src/ship/outbox.js';
import { Shipper } from '../../src/ship/shipper.js';
import { StateFile } from '../../src/ship/state.js';
import type { Target } from '../../src/ship/target.js';
import { parseWhat } from '../../src/ship/what.js';
import { chdbDirectory } from '../../test/fleet/chdb.js';
import { Gateway } from '../../test/fleet/gateway.js';
import { batchOf, connectionOf, usAt, writeHistory } from '../../test/lab/history.js';

const COUNT = Number(process.argv[2] ?? 200_000);
const COMMIT = 5_000;

const directory = mkdtempSync(join(tmpdir(), 'sstory-ship-bench-'));
const path = join(directory, 'host.db');
const gateway = chdbDirectory() === undefined ? undefined : await Gateway.start();
try {
  writeHistory(path, { connections: [], endS: 3_000 }, commits);
  for (const statement of gateway === undefined ? [] : createStatements({ days: 3_650 })) await gateway?.run(statement);
  for (const what of ['failures,slow', 'all']) {
    await measure('nowhere', what, nowhere());
    await measure('dir', what, new DirTarget(join(directory, `out-${what}`)));
    if (gateway === undefined) continue;
    const ca = Buffer.from(gateway.certificate.cert);
    const client = FleetClient.of('--to', gateway.url(), { password: 'secret', ca });
    await measure('clickhouse', what, new ClickHouseTarget(client, nowUs));
  }
} finally {
  await gateway?.close();
  rmSync(directory, { recursive: true });
}

/** A life of five states in 20 ms, with a peer of 200. */
function* commits() {
  for (let id = 1; id <= COUNT; id += COMMIT) {
    const connections = Array.from({ length: Math.min(COMMIT, COUNT - id + 1) }, (_, index) => {
      const atS = (id + index) / 5_000;
      const tuple = {
        family: 4,
        localAddr: '10.0.0.1',
        localPort: 40_000,
        remoteAddr: `10.0.1.${index % 200}`,
        remotePort: 443,
      } as const;
      return index % 10 === 0
        ? connectionOf(
            id + index,
            [
              [atS, 'SYN-SENT'],
              [atS + 0.001, 'UNCONN'],
            ],
            { tuple, closeReason: 'refused' },
          )
        : connectionOf(
            id + index,
            [
              [atS, 'SYN-SENT'],
              [atS + 0.001, 'ESTAB'],
              [atS + 0.01, 'FIN-WAIT-1'],
              [atS + 0.015, 'FIN-WAIT-2'],
              [atS + 0.02, 'UNCONN'],
            ],
            { tuple },
          );
    });
    yield batchOf({ connections, throughUs: usAt((id + COMMIT) / 5_000) });
  }
}

async function measure(where: string, what: string, target: Target): Promise<void> {
  const outbox = new Outbox(path);
  const shipper = new Shipper({
    ...{ outbox, target, nowUs, name: `${where}-${what.replace(',', '-')}`, atOnce: true },
    state: new StateFile(join(directory, 'ship'), `${where}-${what.replace(',', '-')}`),
    origin: { host: 'lab', machine: 'm', file: what },
    what: parseWhat(what),
    say: (text) => print(text),
  });
  await shipper.begin();
  const [cpu, start] = [process.cpuUsage(), process.hrtime.bigint()];
  while ((await shipper.sendNext()).rows > 0);
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  const { user, system } = process.cpuUsage(cpu);
  await target.close();
  outbox.close();
  const each = (user + system) / COUNT;
  print(
    `${where}, ${what}: ${Math.round(COUNT / seconds)} connections/s; ${each.toFixed(1)} us CPU each: ` +
      `${((each * 5_000) / 1e4).toFixed(1)} % of a core at 5,000/s${where === 'clickhouse' ? ' (with the gateway)' : ''}`,
  );
}

function nowhere(): Target {
  return {
    ...{ text: 'nowhere', clock: undefined, auditAfterUs: 0 },
    connect: async () => undefined,
    lastSeq: async () => 0,
    has: async () => true,
    send: async () => 0,
    put: async () => undefined,
    find: async (_, segments) => segments.map(() => true),
    close: async () => undefined,
  };
}

function nowUs(): number {
  return Date.now() * 1_000;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
