/** A connection's timeline on one line, with a bar drawn to scale. */

import { counted } from '../model/counted.js';
import type { Interval } from '../model/interval.js';
import { printable } from '../model/printable.js';
import { shownState, type TcpState } from '../model/tcp-state.js';
import { durationText, localTime } from '../model/time-text.js';
import type { Stay } from '../query/stays.js';
import type { Timeline } from '../query/timeline.js';
import { placeText } from './place-text.js';
import type { Paint } from './state-colour.js';
import { endsText, openerText } from './text.js';

/** The character of a state in a bar: for UTF-8 locales, and for others. */
interface Glyph {
  readonly block: string;
  readonly ascii: string;
}

const NOTHING: Glyph = { block: '·', ascii: '.' };

/** Opening, open, half closed, closing, lingering: the darker, the more active. */
const GLYPHS: Readonly<Record<TcpState, Glyph>> = {
  'SYN-SENT': { block: '░', ascii: 's' },
  'SYN-RECV': { block: '░', ascii: 's' },
  'NEW-SYN-RECV': { block: '░', ascii: 's' },
  ESTAB: { block: '█', ascii: 'E' },
  'CLOSE-WAIT': { block: '▓', ascii: 'c' },
  'LAST-ACK': { block: '▒', ascii: 'f' },
  'FIN-WAIT-1': { block: '▒', ascii: 'f' },
  'FIN-WAIT-2': { block: '▒', ascii: 'f' },
  CLOSING: { block: '▒', ascii: 'f' },
  'TIME-WAIT': { block: '▁', ascii: 't' },
  LISTEN: { block: '─', ascii: 'L' },
  UNCONN: NOTHING,
};

export interface BarOptions {
  readonly fromUs: number;
  readonly toUs: number;
  /** Characters. */
  readonly width: number;
  readonly unicode: boolean;
  readonly paint: Paint;
}

/** The lines above bars: their time, and what their characters mean. */
export function barHead({ fromUs, toUs }: Interval, unicode: boolean): string[] {
  const legend = barLegend(unicode);
  const half = Math.ceil(legend.length / 2);
  return [
    `from ${localTime(fromUs)} to ${localTime(toUs)}`,
    ...[legend.slice(0, half), legend.slice(half)].map((part) => part.join('  ')),
  ];
}

function barLegend(unicode: boolean): string[] {
  const groups = new Map<string, string[]>();
  for (const [state, glyph] of Object.entries(GLYPHS)) {
    if (state === 'UNCONN' || state === 'NEW-SYN-RECV') continue;
    const char = unicode ? glyph.block : glyph.ascii;
    groups.set(char, [...(groups.get(char) ?? []), state]);
  }
  return [...groups].map(([char, states]) => `${char} ${states.join('/')}`);
}

/** `#42  BAR  10.0.0.1:1 > 10.0.0.2:80  ~SYN-SENT 3.1s, ESTAB 20ms  java[42]  timed out`. */
export function timelineLine({ connection, stays, gaps, place }: Timeline, options: BarOptions): string {
  const states = stays.map((stay) => options.paint(stay.state, stayText(stay))).join(', ');
  const end = connection.closedUs === undefined ? 'open' : (connection.closeReason ?? 'unknown');
  const retransmits = connection.retransmits > 0 ? `, ${counted(connection.retransmits, 'retransmit')}` : '';
  const gap = gaps.length > 0 ? `  -- ${counted(gaps.length, 'gap')} --` : '';
  return `#${connection.id}  ${bar(stays, options)}  ${endsText(connection)}  ${states || 'never open'}  ${printable(`${openerText(connection)}${placeText(place)}  ${end}${retransmits}${gap}`)}`;
}

function stayText(stay: Stay): string {
  const inferred = stay.notBeforeUs !== undefined || stay.toNotBeforeUs !== undefined;
  return `${inferred ? '~' : ''}${shownState(stay.state)} ${durationText(stay.lastedUs)}${stay.toUs === undefined ? '+' : ''}`;
}

/** Each character shows the state that took most of its time; a shorter stay shows where the rest of the character is empty. */
function bar(stays: readonly Stay[], { fromUs, toUs, width, unicode, paint }: BarOptions): string {
  const cellUs = Math.max(1, (toUs - fromUs) / width);
  const most: { state: TcpState; us: number }[] = [];
  for (const stay of stays) {
    const endUs = stay.toUs ?? stay.fromUs + stay.lastedUs;
    if (endUs < fromUs || stay.fromUs > toUs) continue;
    const first = cellOf(Math.max(stay.fromUs, fromUs), fromUs, cellUs, width);
    const last = cellOf(Math.min(endUs, toUs), fromUs, cellUs, width);
    for (let cell = first; cell <= last; cell++) {
      const startUs = fromUs + cell * cellUs;
      const us = Math.min(endUs, startUs + cellUs) - Math.max(stay.fromUs, startUs);
      if (us <= 0 && cell > first) continue;
      const old = most[cell];
      if (old === undefined || us > old.us) most[cell] = { state: stay.state, us };
    }
  }
  return Array.from({ length: width }, (_, cell) => {
    const state = most[cell]?.state;
    const glyph = state === undefined ? NOTHING : GLYPHS[state];
    const char = unicode ? glyph.block : glyph.ascii;
    return state === undefined ? char : paint(state, char);
  }).join('');
}

function cellOf(us: number, fromUs: number, cellUs: number, width: number): number {
  return Math.min(width - 1, Math.floor((us - fromUs) / cellUs));
}
