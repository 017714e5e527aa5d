/** What a database lacks of the tables that this version uses. */
import { FLEET_TABLES, type FleetTable, versionedName } from './tables.js';

/** A row of COLUMNS_OF_DATABASE. */
export interface FoundColumn {
  readonly table: string;
  readonly name: string;
  readonly type: string;
}

/** The columns of all tables. */
export const COLUMNS_OF_DATABASE =
  'SELECT table, name, type FROM system.columns WHERE database = currentDatabase() ORDER BY table, position';

/**
 * What is missing or of another type, for a message; empty: all is there. A reader needs the tables over all versions, a shipper the
 * newest ones. Columns that this version does not know are those of a later one, and do not matter.
 */
export function lacking(
  found: readonly FoundColumn[],
  tables: readonly FleetTable[] = FLEET_TABLES,
  use: 'read' | 'write' = 'read',
): readonly string[] {
  const types = new Map(found.map(({ table, name, type }) => [`${table}.${name}`, type]));
  const known = new Set(found.map(({ table }) => table));
  const lacks: string[] = [];
  for (const table of tables) {
    const name = use === 'write' ? versionedName(table.name) : table.name;
    if (!known.has(name)) lacks.push(`the table ${name}`);
    else lacks.push(...table.columns.flatMap((column) => columnLack(`${name}.${column.name}`, column.type, types)));
  }
  return lacks;
}

function columnLack(column: string, type: string, types: ReadonlyMap<string, string>): readonly string[] {
  const found = types.get(column);
  if (found === undefined) return [`the column ${column}`];
  return found === type ? [] : [`${column} is ${found}, not ${type}`];
}
