import { columnsOf } from '../../query/history-facts.js';
import { SQL_FUNCTIONS } from '../../sql/functions.js';
import { tableNames } from '../../sql/schema-names.js';
import { SCHEMA_NOTES } from '../../store/schema-notes.js';
import type { SchemaAnswer } from '../contract.js';
import { SQL_LIMITS } from '../sql/sql-limits.js';
import type { Asked } from './asked.js';
import { sqlExamples } from './sql-examples.js';

/** GET /api/schema. */
export function schema({ database }: Asked): SchemaAnswer {
  return {
    tables: tableNames(database).map((name) => ({
      name,
      note: SCHEMA_NOTES[name]?.text ?? '',
      columns: columnsOf(database, name),
    })),
    functions: SQL_FUNCTIONS.map(([call]) => call),
    examples: sqlExamples(),
    limits: SQL_LIMITS,
  };
}
