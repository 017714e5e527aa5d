/** Rows as a table of which only what is in view is made. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { printable } from '../../model/printable.js';
import { columnWidths, isNumeric, type Row, valueText } from './result-shape.js';

const ROW_HEIGHT = 24;
/** Made above and below what is in view, so that scrolling finds them. */
const SPARE = 12;

interface Shown {
  readonly columns: readonly string[];
  /** Grows in place; `count` changes with it. */
  readonly rows: readonly Row[];
  readonly count: number;
}

export function ResultTable({ columns, rows, count }: Shown) {
  const place = useRef<HTMLDivElement>(null);
  const top = useSignal(0);
  const height = useSignal(600);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      height.value = element.clientHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  if (columns.length === 0) return null;
  const first = Math.max(0, Math.floor(top.value / ROW_HEIGHT) - SPARE);
  const last = Math.min(count, Math.ceil((top.value + height.value) / ROW_HEIGHT) + SPARE);
  const template = columnWidths(columns, rows)
    .map((width) => `calc(${width}ch + 24px)`)
    .join(' ');
  const numeric = columns.map((_, index) => isNumeric(rows, index));
  return (
    <div
      ref={place}
      class="result"
      role="table"
      aria-label="Rows"
      aria-rowcount={count + 1}
      aria-colcount={columns.length}
      tabIndex={0}
      onScroll={({ currentTarget }) => {
        top.value = currentTarget.scrollTop;
      }}
    >
      <div class="result-row is-head" role="row" aria-rowindex={1} style={{ gridTemplateColumns: template }}>
        {columns.map((name, index) => (
          <span key={index} role="columnheader" class={numeric[index] === true ? 'is-number' : ''} title={name}>
            {name}
          </span>
        ))}
      </div>
      <div role="rowgroup" class="result-body" style={{ height: `${count * ROW_HEIGHT}px` }}>
        {rows.slice(first, last).map((row, offset) => {
          const index = first + offset;
          return (
            <div
              key={index}
              class="result-row"
              role="row"
              aria-rowindex={index + 2}
              style={{ gridTemplateColumns: template, top: `${index * ROW_HEIGHT}px` }}
            >
              {columns.map((_, column) => (
                <Cell key={column} value={row[column] ?? null} isNumber={numeric[column] === true} />
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Cell({ value, isNumber }: { value: Row[number]; isNumber: boolean }) {
  const text = printable(valueText(value));
  if (value === null) return <span role="cell" class="is-null" />;
  return (
    <span role="cell" class={isNumber ? 'is-number' : ''} title={text}>
      {text}
    </span>
  );
}
