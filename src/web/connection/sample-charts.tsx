/** The samples of a connection as small charts under each other, read at one time in all of them, and as a table. */
import { signal } from '@preact/signals';
import { localTime } from '../../model/time-text.js';
import type { GapMark, SampleAnswer } from '../../server/contract.js';
import { gapsText } from '../lanes/gap-words.js';
import { type Chart, chartsOf, gapShares, pathOf, sampleAt } from './sample-series.js';

const WIDTH = 400;
const HEIGHT = 36;
const DATE_LENGTH = 11;
const MILLISECONDS_END = 23;
const MOST_ROWS = 500;

/** The share of the width at which the pointer is. */
const pointer = signal<number | undefined>(undefined);

interface SampleChartsOptions {
  readonly samples: readonly SampleAnswer[];
  readonly gaps: readonly GapMark[];
}

export function SampleCharts({ samples, gaps }: SampleChartsOptions) {
  const charts = chartsOf(samples);
  const [first, last] = [samples[0], samples.at(-1)];
  if (charts.length === 0 || first === undefined || last === undefined) return null;
  const [fromUs, toUs] = [first.at_us, Math.max(last.at_us, first.at_us + 1)];
  const readUs = pointer.value === undefined ? toUs : fromUs + pointer.value * (toUs - fromUs);
  const read = samples[sampleAt(samples, readUs)] ?? last;
  return (
    <section class="facts">
      <h3 class="section-title">
        Samples
        <span class="facts-detail mono">{localTime(read.at_us).slice(DATE_LENGTH, MILLISECONDS_END)}</span>
      </h3>
      <div
        class="charts"
        onPointerMove={({ currentTarget, clientX }) => {
          const plot = currentTarget.querySelector('.chart-plot')?.getBoundingClientRect();
          if (plot !== undefined) pointer.value = Math.min(1, Math.max(0, (clientX - plot.left) / plot.width));
        }}
        onPointerLeave={() => {
          pointer.value = undefined;
        }}
      >
        {charts.map((chart) => (
          <SmallChart key={chart.title} chart={chart} gaps={gaps} fromUs={fromUs} toUs={toUs} atUs={read.at_us} />
        ))}
      </div>
      <SampleTable samples={samples} charts={charts} />
    </section>
  );
}

interface Placed {
  readonly chart: Chart;
  readonly gaps: readonly GapMark[];
  readonly fromUs: number;
  readonly toUs: number;
  readonly atUs: number;
}

function SmallChart({ chart: { title, series, most, format }, gaps, fromUs, toUs, atUs }: Placed) {
  const at = ((atUs - fromUs) / (toUs - fromUs)) * WIDTH;
  return (
    <div class="chart">
      <div class="chart-text">
        <span class="chart-title">{title}</span>
        {series.map(({ name, points }, index) => (
          <span key={name} class={`chart-value is-series-${index}`}>
            {series.length > 1 && <span class="chart-name">{name} </span>}
            {format(
              points[
                sampleAt(
                  points.map((point) => ({ at_us: point.atUs })),
                  atUs,
                )
              ]?.value ?? 0,
            )}
          </span>
        ))}
        <span class="chart-most">max {format(most)}</span>
      </div>
      <div class="chart-area">
        {gapShares(gaps, fromUs, toUs).map((share) => (
          <span
            key={share.left}
            class="chart-gap"
            style={{ left: `${share.left * 100}%`, width: `${share.width * 100}%` }}
            title={gapsText(share.gaps)}
          />
        ))}
        <svg class="chart-plot" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
          {series.map(({ name, points }, index) => (
            <path
              key={name}
              class={`chart-line is-series-${index}`}
              d={pathOf(points, fromUs, toUs, most, WIDTH, HEIGHT)}
            />
          ))}
          {pointer.value !== undefined && <line class="chart-pointer" x1={at} x2={at} y1="0" y2={HEIGHT} />}
        </svg>
      </div>
    </div>
  );
}

/** The same for those who cannot see or point. */
function SampleTable({ samples, charts }: { samples: readonly SampleAnswer[]; charts: readonly Chart[] }) {
  const columns = charts.flatMap(({ series, format }) => series.map((each) => ({ ...each, format })));
  const shown = samples.slice(-MOST_ROWS);
  return (
    <details class="sample-table">
      <summary>
        As a table{shown.length < samples.length && `, the last ${MOST_ROWS} of ${samples.length.toLocaleString('en')}`}
      </summary>
      <div class="sample-table-scroll" tabIndex={0} role="region" aria-label="Samples">
        <table>
          <thead>
            <tr>
              <th scope="col">Time</th>
              {columns.map(({ name }) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map(({ at_us }) => (
              <tr key={at_us}>
                <td class="mono">{localTime(at_us).slice(DATE_LENGTH, MILLISECONDS_END)}</td>
                {columns.map(({ name, points, format }) => {
                  const value = points.find((point) => point.atUs === at_us)?.value;
                  return <td key={name}>{value === undefined ? '' : format(value)}</td>;
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
