/** The answer to a statement: a table, or a chart where its columns make one. */
import { signal } from '@preact/signals';
import { durationText } from '../../model/time-text.js';
import { saveBlob } from '../header/download.js';
import { fileName } from '../header/view-address.js';
import { Icon } from '../icon.js';
import { chartShape, csvText } from './result-shape.js';
import { ResultTable } from './result-table.js';
import { SqlChart } from './sql-chart.js';
import { SqlError } from './sql-error.js';
import { run, type SqlRun } from './sql-run.js';

const shows = signal<'table' | 'chart'>('table');

export function SqlResult() {
  const now = run.value;
  if (now === undefined) {
    return (
      <section class="sql-result is-empty" aria-label="Answer">
        <p>Choose an example, or write a statement and press Ctrl+Enter.</p>
      </section>
    );
  }
  const shape = now.running ? undefined : chartShape(now.columns, now.rows);
  const asChart = shape !== undefined && shows.value === 'chart';
  return (
    <section class="sql-result" aria-label="Answer" aria-busy={now.running}>
      <div class="sql-result-head" role="status">
        {now.running && <span class="spinner" />}
        <span>{resultText(now)}</span>
        {now.notes.map((note) => (
          <span key={note} class="sql-note" title={note}>
            {note}
          </span>
        ))}
        <span class="sql-result-tools">
          {shape !== undefined && (
            <span class="joined">
              {(['table', 'chart'] as const).map((each) => (
                <button
                  key={each}
                  type="button"
                  aria-pressed={(asChart ? 'chart' : 'table') === each}
                  onClick={() => {
                    shows.value = each;
                  }}
                >
                  {each === 'table' ? 'Table' : 'Chart'}
                </button>
              ))}
            </span>
          )}
          <button type="button" disabled={now.rows.length === 0} onClick={() => saveCsv(now)}>
            <Icon name="download" /> CSV
          </button>
        </span>
      </div>
      {now.error !== undefined && <SqlError failure={now.error} />}
      {asChart && shape !== undefined ? (
        <SqlChart shape={shape} />
      ) : (
        <ResultTable columns={now.columns} rows={now.rows} count={now.rows.length} />
      )}
    </section>
  );
}

function resultText({ rows, ms, running, stopped, limit, error, columns }: SqlRun): string {
  if (error !== undefined && columns.length === 0) return 'Not run';
  const number = `${rows.length.toLocaleString('en')} ${rows.length === 1 ? 'row' : 'rows'}`;
  if (running) return `${number} so far`;
  if (stopped) return `${number}, stopped`;
  const why = limit === null ? '' : limit === 'rows' ? ', and more: the row limit' : ', ended by the time limit';
  return `${number}${why}${ms === undefined ? '' : ` in ${durationText(ms * 1000)}`}`;
}

function saveCsv({ columns, rows }: SqlRun): void {
  saveBlob(new Blob([csvText(columns, rows)], { type: 'text/csv' }), fileName('query', 'csv'));
}
