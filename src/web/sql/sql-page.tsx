/** SQL over the recording: an editor, examples, and the answer as a table and as a chart. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { SchemaAnswer } from '../../server/contract.js';
import { answerTo } from '../answer.js';
import { address } from '../api.js';
import { Icon } from '../icon.js';
import { select, selection, view } from '../selection.js';
import { SqlEditor } from './sql-editor.js';
import { SqlResult } from './sql-result.js';
import { run, runSql, stopSql } from './sql-run.js';
import { SqlSide } from './sql-side.js';

const FIRST_STATEMENT = `SELECT comm, remote_addr, remote_port, close_reason, count(*) AS connections
FROM connections
WHERE origin = 'connect'
GROUP BY 1, 2, 3, 4
ORDER BY connections DESC
LIMIT 100`;

const schema = answerTo<SchemaAnswer>(() => (view.value === 'sql' ? address('schema') : undefined));
/** What is in the editor; the address has what was run. */
const statement = signal(selection.value.sql || FIRST_STATEMENT);
/** What the editor is to show: it changes with an example, never while one types, as what is typed is ahead of it. */
const shown = signal({ text: statement.value });

function runStatement(): void {
  const sql = statement.value.trim();
  if (sql === '') return;
  select({ sql });
  void runSql(sql);
}

/** Puts a statement into the editor, and runs it. */
export function runExample(sql: string): void {
  statement.value = sql;
  shown.value = { text: sql };
  runStatement();
}

export function SqlPage() {
  useEffect(() => {
    const { sql } = selection.value;
    shown.value = { text: statement.value };
    // A link shows the answer too.
    if (sql !== '' && run.value?.sql !== sql) runExample(sql);
    return stopSql;
  }, []);
  const { value: known, error } = schema.value;
  const isRunning = run.value?.running === true;
  return (
    <main class="sql">
      <SqlSide schema={known} onExample={runExample} error={error} />
      <div class="sql-main">
        <SqlEditor
          shown={shown.value}
          schema={known}
          onChange={(text) => {
            statement.value = text;
          }}
          onRun={runStatement}
        />
        <div class="sql-bar">
          <button type="button" class="primary" onClick={runStatement} title="Run (Ctrl+Enter)">
            <Icon name="play" /> Run
          </button>
          <button type="button" disabled={!isRunning} onClick={stopSql}>
            <Icon name="stop" /> Stop
          </button>
          <kbd>Ctrl+Enter</kbd>
          {known !== undefined && (
            <span class="sql-limits">
              read-only; at most {known.limits.rows.toLocaleString('en')} rows and {known.limits.seconds} s
            </span>
          )}
        </div>
        <SqlResult />
      </div>
    </main>
  );
}
