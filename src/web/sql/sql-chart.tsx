/** An answer as a chart: lines over time, or bars. The table has the same numbers. */
import { useSignal } from '@preact/signals';
import { localTime } from '../../model/time-text.js';
import { numberText } from '../connection/sample-series.js';
import { niceTicks } from './nice-ticks.js';
import type { ChartShape } from './result-shape.js';

export function SqlChart({ shape }: { shape: ChartShape }) {
  return (
    <div
      class="sql-chart"
      tabIndex={0}
      role="region"
      aria-label={`Chart of ${shape.series.map(({ name }) => name).join(', ')}`}
    >
      {shape.kind === 'bar' ? <Bars shape={shape} /> : <Lines shape={shape} />}
    </div>
  );
}

function mostOf({ values }: ChartShape['series'][number]): number {
  return Math.max(0, ...values.map((value) => value ?? 0));
}

/** A column of bars for each series, to a scale of its own: bytes and connections do not compare. */
function Bars({ shape: { x, series } }: { shape: ChartShape }) {
  const most = series.map((each) => Math.max(1e-9, mostOf(each)));
  return (
    <div
      class="bars"
      style={{ gridTemplateColumns: `fit-content(240px) repeat(${series.length}, minmax(120px, 1fr))` }}
    >
      <span />
      {series.map(({ name }) => (
        <span key={name} class="bars-name" title={name}>
          {name}
        </span>
      ))}
      {x.map((label, row) => [
        <span key={`${row}`} class="bars-label" title={String(label)}>
          {label === '' ? 'null' : label}
        </span>,
        ...series.map(({ name, values }, index) => (
          <span key={`${row} ${name}`} class="bars-place">
            <span
              class={`bar is-series-${index}`}
              style={{ width: `${Math.max(0, ((values[row] ?? 0) / (most[index] ?? 1)) * 100)}%` }}
            />
            <span class="bar-value">{values[row] == null ? 'null' : numberText(values[row] ?? 0)}</span>
          </span>
        )),
      ])}
    </div>
  );
}

const WIDTH = 1000;
const HEIGHT = 240;
const TIMES = 5;
const SECONDS_LENGTH = 19;

function Lines({ shape }: { shape: ChartShape }) {
  const pointed = useSignal<number | undefined>(undefined);
  const times = shape.x as readonly number[];
  const [from = 0, to = 1] = [times[0], times.at(-1)];
  const ticks = niceTicks(Math.max(...shape.series.map(mostOf)), 4);
  const most = ticks.at(-1) || 1;
  const x = (us: number) => ((us - from) / Math.max(1, to - from)) * WIDTH;
  const y = (value: number) => HEIGHT - (value / most) * HEIGHT;
  const read = pointed.value;
  return (
    <div class="lines">
      <div class="sql-legend">
        {shape.series.map(({ name }, index) => (
          <span key={name} class={`sql-legend-item is-series-${index}`}>
            {name}
          </span>
        ))}
      </div>
      <div class="lines-y" aria-hidden="true">
        {ticks.map((tick) => (
          <span key={tick} style={{ bottom: `${(tick / most) * 100}%` }}>
            {numberText(tick)}
          </span>
        ))}
      </div>
      <svg
        class="lines-plot"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        aria-hidden="true"
        onPointerMove={({ currentTarget, clientX }) => {
          const { left, width } = currentTarget.getBoundingClientRect();
          pointed.value = nearest(times, from + ((clientX - left) / width) * (to - from));
        }}
        onPointerLeave={() => {
          pointed.value = undefined;
        }}
      >
        {ticks.map((tick) => (
          <line key={tick} class="lines-grid" x1="0" x2={WIDTH} y1={y(tick)} y2={y(tick)} />
        ))}
        {shape.series.map(({ name, values }, index) => (
          <path key={name} class={`chart-line is-series-${index}`} d={lineOf(times, values, x, y)} />
        ))}
        {read !== undefined && (
          <line class="chart-pointer" x1={x(times[read] ?? 0)} x2={x(times[read] ?? 0)} y1="0" y2={HEIGHT} />
        )}
      </svg>
      <div class="lines-x" aria-hidden="true">
        {Array.from({ length: TIMES }, (_, index) => from + ((to - from) * index) / (TIMES - 1)).map((us) => (
          <span key={us}>{localTime(Math.round(us)).slice(5, SECONDS_LENGTH)}</span>
        ))}
      </div>
      <p class="lines-read">
        {read === undefined
          ? ' '
          : `${localTime(times[read] ?? 0).slice(0, SECONDS_LENGTH)}  ${shape.series
              .map(({ name, values }) => `${name} ${values[read] == null ? '-' : numberText(values[read] ?? 0)}`)
              .join('  ')}`}
      </p>
    </div>
  );
}

function lineOf(
  times: readonly number[],
  values: readonly (number | null)[],
  x: (us: number) => number,
  y: (value: number) => number,
): string {
  let path = '';
  let isDown = false;
  times.forEach((us, index) => {
    const value = values[index] ?? null;
    if (value !== null) path += `${isDown ? 'L' : 'M'}${x(us).toFixed(1)} ${y(value).toFixed(1)}`;
    isDown = value !== null;
  });
  return path;
}

function nearest(times: readonly number[], us: number): number {
  let best = 0;
  times.forEach((time, index) => {
    if (Math.abs(time - us) < Math.abs((times[best] ?? 0) - us)) best = index;
  });
  return best;
}
