/** Numbers of sockets over time: a bar for each row of numbers, a table, and JSON. */
import { jsonText } from '../model/printable.js';
import { TCP_STATES, type TcpState } from '../model/tcp-state.js';
import { durationText, isoTime, localTime } from '../model/time-text.js';
import { type Instants, instantAt } from '../query/instants.js';
import type { SocketCounts } from '../query/socket-counts.js';
import { alignedTable } from './aligned-table.js';

export interface CountedSockets {
  readonly instants: Instants;
  readonly counts: SocketCounts;
  /** Whether the record has a gap at each instant. */
  readonly inGap: readonly boolean[];
  /** Whether the states are shown one by one. */
  readonly byState: boolean;
}

const BLOCKS = '▁▂▃▄▅▆▇█';
const DIGITS = '12345678';
const ALL = 'sockets';

/** The bars, an empty line, and the table. */
export function countLines(counted: CountedSockets, unicode: boolean): string[] {
  const { instants, inGap, counts } = counted;
  const { uncertain } = counts;
  const hasUncertain = uncertain.some((number) => number > 0);
  const series = seriesOf(counted);
  const most = Math.max(0, ...series.flatMap(([, numbers]) => numbers));
  const bars = series.map(([name, numbers]) => [
    name,
    sparkline(numbers, inGap, most, unicode),
    Math.min(...numbers),
    Math.max(...numbers),
    numbers.at(-1) ?? 0,
  ]);
  const isWhole = instants.stepUs % 1e6 === 0 && instants.firstUs % 1e6 === 0;
  const rows = inGap.map((gap, index) => [
    localTime(instantAt(instants, index)).slice(0, isWhole ? -7 : undefined),
    ...series.map(([, numbers]) => numbers[index] ?? 0),
    ...(hasUncertain ? [uncertain[index] ?? 0] : []),
    ...(inGap.includes(true) ? [gap ? 'gap' : ''] : []),
  ]);
  const titles = [...(hasUncertain ? ['~uncertain'] : []), ...(inGap.includes(true) ? [''] : [])];
  return [
    ...alignedTable([['', `every ${durationText(instants.stepUs)}`, 'least', 'most', 'last'], ...bars]),
    '',
    ...alignedTable([['time', ...series.map(([name]) => name), ...titles], ...rows]),
  ];
}

/** One object per instant: stable keys, times in microseconds since the epoch with an ISO twin. */
export function* countJson(counted: CountedSockets): Generator<string> {
  const { instants, inGap, byState, counts } = counted;
  const [[, all], ...states] = seriesOf(counted);
  for (const [index, gap] of inGap.entries()) {
    const us = instantAt(instants, index);
    yield jsonText({
      type: 'count',
      at_us: us,
      at: isoTime(us),
      sockets: all[index],
      ...(byState ? { states: Object.fromEntries(states.map(([state, numbers]) => [state, numbers[index]])) } : {}),
      uncertain: counts.uncertain[index] ?? 0,
      gap,
    });
  }
}

type Series = readonly [name: string, numbers: readonly number[]];

/** All sockets, then each state in the kernel's order. */
function seriesOf({ counts, instants, byState }: CountedSockets): readonly [Series, ...Series[]] {
  const of = (state: TcpState) => counts.states.get(state);
  const states = TCP_STATES.flatMap((state): Series[] => {
    const numbers = of(state);
    return numbers === undefined ? [] : [[state, numbers]];
  });
  const all = Array.from({ length: instants.count }, (_, index) =>
    states.reduce((sum, [, numbers]) => sum + (numbers[index] ?? 0), 0),
  );
  return byState ? [[ALL, all], ...states] : [[ALL, all]];
}

/** A sign for each number, from 0 to the most of all; `?` where the record has a gap. */
function sparkline(numbers: readonly number[], inGap: readonly boolean[], most: number, unicode: boolean): string {
  const [none, signs] = unicode ? ['·', BLOCKS] : ['.', DIGITS];
  return numbers
    .map((number, index) => {
      if (inGap[index] === true) return '?';
      return number === 0 ? none : (signs[Math.ceil((number / most) * signs.length) - 1] ?? '');
    })
    .join('');
}
