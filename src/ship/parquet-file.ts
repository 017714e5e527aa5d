/** Rows as the bytes of a Parquet file. */
import { closeSync, openSync, readSync } from 'node:fs';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { FleetColumn } from '../fleet/columns.js';
import { PARQUET_ELEMENTS } from '../model/parquet-elements.js';
import type { Cell, Row } from './target.js';

type Column = Pick<FleetColumn, 'name' | 'parquet'>;

type Schema = ConstructorParameters<typeof ParquetWriter>[0]['schema'];

/** The three levels of a list: parquet-format's LogicalTypes.md. */
function schemaOf({ name, parquet: type }: Column): Schema {
  if (type !== 'integers' && type !== 'texts')
    return [{ name, ...PARQUET_ELEMENTS[type], repetition_type: 'OPTIONAL' as const }];
  return [
    { name, repetition_type: 'OPTIONAL' as const, converted_type: 'LIST' as const, num_children: 1 },
    { name: 'list', repetition_type: 'REPEATED' as const, num_children: 1 },
    {
      name: 'element',
      ...PARQUET_ELEMENTS[type === 'texts' ? 'text' : 'integer'],
      repetition_type: 'OPTIONAL' as const,
    },
  ];
}

/** The bytes of a file with these rows, one group; a column that a row does not have is NULL. */
export function parquetOf(columns: readonly Column[], rows: readonly Row[]): Uint8Array {
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({
    writer: bytes,
    createdBy: 'sstory',
    schema: [{ name: 'root', num_children: columns.length }, ...columns.flatMap(schemaOf)],
  });
  void writer.write({
    rowGroupSize: Math.max(1, rows.length),
    columnData: columnsOf(columns, rows),
  });
  void writer.finish();
  return bytes.getBytes();
}

/** Row by row: the other way round, each row would be fetched into the CPU's cache once for each column. */
function columnsOf(columns: readonly Column[], rows: readonly Row[]): { name: string; data: unknown[] }[] {
  const data = columns.map(({ name }) => ({ name, data: new Array<unknown>(rows.length) }));
  for (const [at, row] of rows.entries())
    for (const [index, { name, parquet }] of columns.entries()) {
      const column = data[index];
      if (column !== undefined) column.data[at] = written(row[name], parquet);
    }
  return data;
}

function written(cell: Cell | undefined, type: FleetColumn['parquet']): unknown {
  if (cell === null || cell === undefined) return null;
  if (Array.isArray(cell))
    return type === 'integers' ? cell.map((value) => (value === null ? null : BigInt(value))) : cell;
  return type === 'text' ? cell : BigInt(cell as number);
}

const MAGIC = 'PAR1';

/** Whether a file of so many bytes ends as a whole one does. */
export function endsAsParquet(path: string, size: number): boolean {
  const end = Buffer.alloc(MAGIC.length);
  const fd = openSync(path, 'r');
  try {
    return readSync(fd, end, 0, end.length, size - end.length) === end.length && end.toString('latin1') === MAGIC;
  } finally {
    closeSync(fd);
  }
}
