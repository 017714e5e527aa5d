/** Makes what a fleet's database lacks. */
import type { ClickHouseSettings } from '@clickhouse/client';
import { SstoryError } from '../model/error.js';
import type { FleetAddress, FleetSecrets } from './address.js';
import { FleetClient } from './client.js';
import { databaseStatement, roleStatements } from './role-statements.js';
import { COLUMNS_OF_DATABASE, type FoundColumn } from './schema-check.js';
import { createStatements, type DdlOptions, DEFAULT_DAYS, type ExistingTable, upgradeStatements } from './tables.js';

export interface InitOptions {
  /** Days after which rows expire; undefined: 30, and in existing tables as before. */
  readonly days: number | undefined;
  readonly cluster: string | undefined;
}

export interface InitDone {
  readonly database: boolean;
  /** Statements that were run for tables. */
  readonly changes: readonly string[];
  /** Why there are no roles; undefined: there are. */
  readonly rolesRefused: SstoryError | undefined;
}

/** Everything for a server without any of it, as it would be run. */
export function initStatements({ database }: FleetAddress, { days = DEFAULT_DAYS, cluster }: InitOptions): string[] {
  const options: DdlOptions = { days, cluster };
  return [
    databaseStatement(database, options),
    `USE \`${database}\``,
    ...createStatements(options),
    ...roleStatements(database, options),
  ];
}

/**
 * For so long a statement waits for all servers of a cluster, seconds: then the server says which are missing, before the client gives
 * up. These go on when they are there.
 */
const ON_CLUSTER: ClickHouseSettings = { distributed_ddl_task_timeout: '45', distributed_ddl_output_mode: 'throw' };

/** Where the database is that always exists: a session in one that is missing answers nothing. */
const SYSTEM = 'system';

/** @throws SstoryError of `fleetError` */
export async function initFleet(address: FleetAddress, secrets: FleetSecrets, init: InitOptions): Promise<InitDone> {
  const system = FleetClient.at({ ...address, database: SYSTEM }, secrets);
  const fleet = FleetClient.at(address, secrets);
  const options: DdlOptions = { days: init.days ?? DEFAULT_DAYS, cluster: init.cluster };
  const settings = init.cluster === undefined ? {} : ON_CLUSTER;
  try {
    const database = !(await hasDatabase(system, address.database));
    if (database) await system.command(databaseStatement(address.database, options), settings);
    const existing = await existingTables(fleet);
    const changes = upgradeStatements(existing, options, { keepsDays: init.days === undefined });
    for (const statement of changes) await fleet.command(statement, settings);
    const rolesRefused = await makeRoles(fleet, roleStatements(address.database, options), settings);
    return { database, changes, rolesRefused };
  } finally {
    await system.close();
    await fleet.close();
  }
}

async function hasDatabase(system: FleetClient, name: string): Promise<boolean> {
  const sql = 'SELECT count() AS found FROM system.databases WHERE name = {name:String}';
  const [row] = await system.rows<{ readonly found: number }>({ sql, params: { name } });
  return row !== undefined && row.found > 0;
}

async function existingTables(fleet: FleetClient): Promise<ReadonlyMap<string, ExistingTable>> {
  const engines = await fleet.rows<{ readonly name: string; readonly engine: string }>({
    sql: 'SELECT name, engine_full AS engine FROM system.tables WHERE database = currentDatabase()',
  });
  const columns = await fleet.rows<FoundColumn>({ sql: COLUMNS_OF_DATABASE });
  return new Map(
    engines.map(({ name, engine }) => {
      const own = columns.filter(({ table }) => table === name).map((column) => column.name);
      return [name, { engine, columns: new Set(own) }];
    }),
  );
}

/** A user that may make tables need not be one that may make roles. */
async function makeRoles(
  fleet: FleetClient,
  statements: readonly string[],
  settings: ClickHouseSettings,
): Promise<SstoryError | undefined> {
  try {
    for (const statement of statements) await fleet.command(statement, settings);
    return undefined;
  } catch (error) {
    if (error instanceof SstoryError && error.code === 'fleet-refused') return error;
    throw error;
  }
}
