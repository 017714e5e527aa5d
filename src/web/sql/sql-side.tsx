/** Beside the editor: examples to run, and the tables with their columns. */
import { signal } from '@preact/signals';
import type { Failure, SchemaAnswer } from '../../server/contract.js';

const search = signal('');

interface Side {
  readonly schema: SchemaAnswer | undefined;
  readonly error: Failure['error'] | undefined;
  readonly onExample: (sql: string) => void;
}

export function SqlSide({ schema, error, onExample }: Side) {
  const wanted = search.value.trim().toLowerCase();
  const has = (text: string) => text.toLowerCase().includes(wanted);
  const examples = schema?.examples.filter(({ title, sql }) => has(title) || has(sql)) ?? [];
  const tables = schema?.tables.filter(({ name, columns }) => has(name) || columns.some(has)) ?? [];
  return (
    <aside class="sql-side" aria-label="Examples and tables">
      <input
        class="sql-search"
        type="search"
        aria-label="Search examples and tables"
        placeholder="search examples and tables"
        value={search.value}
        onInput={({ currentTarget }) => {
          search.value = currentTarget.value;
        }}
      />
      {error !== undefined && <p class="facts-note">{error.message}</p>}
      <details open>
        <summary class="section-title">Examples</summary>
        <ul>
          {examples.map(({ title, sql }) => (
            <li key={title}>
              <button type="button" class="quiet sql-example" title={sql} onClick={() => onExample(sql)}>
                {title.replaceAll('`', '')}
              </button>
            </li>
          ))}
        </ul>
      </details>
      <details open={wanted !== ''}>
        <summary class="section-title">Tables</summary>
        {tables.map(({ name, note, columns }) => (
          <details key={name} class="sql-table">
            <summary class="mono" title={note}>
              {name}
            </summary>
            <p class="facts-note">{note}</p>
            <ul class="sql-columns mono">
              {columns.map((column) => (
                <li key={column}>{column}</li>
              ))}
            </ul>
          </details>
        ))}
      </details>
    </aside>
  );
}
