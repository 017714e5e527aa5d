/** Writes docs/fleet-tables.md from the columns of src/fleet/columns.ts: `npm run schema`. A test fails if they differ. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FLEET_TABLES, type FleetTable } from '../src/fleet/tables.js';

export const FLEET_TABLES_PAGE = fileURLToPath(new URL('../../docs/fleet-tables.md', import.meta.url));

const HEAD = `<!-- Made by npm run schema from src/fleet/columns.ts. -->

# The tables of a fleet

\`sstory fleet init\` makes them in ClickHouse, \`sstory ship --to dir:/PATH\` writes Parquet files with the same columns.
[fleet.md](fleet.md) says how they are filled and asked. Times are microseconds since the Unix epoch, in columns ending
in \`_us\`: \`fromUnixTimestamp64Micro(opened_us)\` makes one readable. In Parquet they are timestamps.

The first six columns are the same in all tables. A row with the same values in the columns of the key is the same row.
`;

function section({ name, meaning, columns, key, replacing }: FleetTable): string {
  const [highest] = replacing.split(',');
  const newest = replacing === '' ? '' : ` Of rows with the same key, the one with the highest \`${highest}\` counts.`;
  const rows = columns.map(({ name: column, type, parquet, meaning: text }) => {
    const short = type.replace(/Enum8\([^)]*\)/, 'Enum8');
    return `| \`${column}\` | ${short} | ${parquet} | ${text} |`;
  });
  return `
## ${name}

${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}. Key: ${key.map((part) => `\`${part}\``).join(', ')}.${newest}

| column | ClickHouse | Parquet | meaning |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
}

export function fleetTablesPage(): string {
  return HEAD + FLEET_TABLES.map(section).join('');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(FLEET_TABLES_PAGE, fleetTablesPage());
