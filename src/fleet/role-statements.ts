/** Roles with the least privileges that shipping and asking need. */
import { type DdlOptions, FLEET_TABLES, onCluster, quoted, versionedName } from './tables.js';

/** For shippers, and for those that ask. Roles belong to the server, so their names have that of the database. */
export function roleNames(database: string): { readonly ship: string; readonly read: string } {
  return { ship: `${database}_ship`, read: `${database}_read` };
}

/** A question that takes longer is given up, seconds. */
const LONGEST_QUESTION_S = 60;

/** A shipper looks for what it sent: it needs SELECT on the tables that it writes. */
export function roleStatements(database: string, options: DdlOptions): readonly string[] {
  const at = onCluster(options);
  const { ship, read } = roleNames(database);
  const tables = FLEET_TABLES.map(({ name }) => `${quoted(database)}.${versionedName(name)}`);
  return [
    `CREATE ROLE IF NOT EXISTS ${quoted(ship)}${at}`,
    `CREATE ROLE IF NOT EXISTS ${quoted(read)}${at}`,
    ...tables.map((table) => `GRANT${at} INSERT, SELECT ON ${table} TO ${quoted(ship)}`),
    `GRANT${at} SELECT ON ${quoted(database)}.* TO ${quoted(read)}`,
    `CREATE SETTINGS PROFILE IF NOT EXISTS ${quoted(read)}${at} SETTINGS readonly = 2, max_execution_time = ${LONGEST_QUESTION_S} TO ${quoted(read)}`,
  ];
}

export function databaseStatement(database: string, options: DdlOptions): string {
  return `CREATE DATABASE IF NOT EXISTS ${quoted(database)}${onCluster(options)}`;
}
