/** The samples of a connection as series to draw. Without DOM. */
import { durationText } from '../../model/time-text.js';
import type { GapMark, SampleAnswer } from '../../server/contract.js';

export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
}

export interface Point {
  readonly atUs: number;
  readonly value: number;
}

export interface Chart {
  readonly title: string;
  readonly series: readonly Series[];
  readonly most: number;
  readonly format: (value: number) => string;
}

const CHARTS = [
  { title: 'Queues', keys: ['recv_q', 'send_q'], names: ['Recv-Q', 'Send-Q'], format: bytesText },
  { title: 'Round trip', keys: ['rtt_us'], names: ['rtt'], format: durationText },
  { title: 'Congestion window', keys: ['cwnd'], names: ['cwnd'], format: numberText },
  { title: 'Retransmits', keys: ['retransmits'], names: ['retransmits'], format: numberText },
  { title: 'Transferred', keys: ['bytes_sent', 'bytes_received'], names: ['sent', 'received'], format: bytesText },
] as const;

/** The charts that have something to show: a series of nothing but zeros is left out, unless it is a queue beside a full one. */
export function chartsOf(samples: readonly SampleAnswer[]): Chart[] {
  return CHARTS.flatMap(({ title, keys, names, format }) => {
    const series = keys.map((key, index) => ({ name: names[index] ?? key, points: pointsOf(samples, key) }));
    const known = series.filter(({ points }) => points.length > 0);
    const most = Math.max(0, ...known.flatMap(({ points }) => points.map(({ value }) => value)));
    return known.length === 0 || most === 0 ? [] : [{ title, series: known, most, format }];
  });
}

function pointsOf(samples: readonly SampleAnswer[], key: (typeof CHARTS)[number]['keys'][number]): Point[] {
  return samples.flatMap((sample) => {
    const value = sample[key];
    return value === null ? [] : [{ atUs: sample.at_us, value }];
  });
}

/** The path of an SVG: a sample holds until the next one, so the line goes in steps. */
export function pathOf(
  points: readonly Point[],
  fromUs: number,
  toUs: number,
  most: number,
  width: number,
  height: number,
): string {
  const x = (us: number) => (((us - fromUs) / Math.max(1, toUs - fromUs)) * width).toFixed(1);
  const y = (value: number) => (height - (value / Math.max(1, most)) * height).toFixed(1);
  const [first] = points;
  if (first === undefined) return '';
  const steps = points.slice(1).map(({ atUs, value }) => `H${x(atUs)}V${y(value)}`);
  return `M${x(first.atUs)} ${y(first.value)}${steps.join('')}H${width}`;
}

export interface GapShare {
  /** Shares of the width. */
  readonly left: number;
  readonly width: number;
  /** Several where they cannot be told apart. */
  readonly gaps: readonly GapMark[];
}

/** Gaps that are nearer to each other are drawn as one. */
const LEAST_SHARE = 0.005;

/** The gaps of a chart, where they lie in it. */
export function gapShares(gaps: readonly GapMark[], fromUs: number, toUs: number): GapShare[] {
  const share = (us: number) => Math.min(1, Math.max(0, (us - fromUs) / (toUs - fromUs)));
  const drawn: GapShare[] = [];
  for (const gap of gaps.toSorted((a, b) => a.from_us - b.from_us)) {
    if (gap.from_us > toUs || gap.to_us < fromUs) continue;
    const [left, end] = [share(gap.from_us), share(gap.to_us)];
    const last = drawn.at(-1);
    if (last === undefined || left - last.left - last.width > LEAST_SHARE) {
      drawn.push({ left, width: end - left, gaps: [gap] });
      continue;
    }
    const width = Math.max(last.width, end - last.left);
    drawn[drawn.length - 1] = { ...last, width, gaps: [...last.gaps, gap] };
  }
  return drawn;
}

/** The index of the last sample that is not later; 0 where all are. */
export function sampleAt(samples: readonly Pick<SampleAnswer, 'at_us'>[], us: number): number {
  let low = 0;
  let high = samples.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((samples[middle]?.at_us ?? 0) <= us) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

export function numberText(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 1 });
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

export function bytesText(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value).toLocaleString('en')} ${UNITS[power]}`;
}
