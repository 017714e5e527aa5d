/** Times as the page shows them: as precise as the range makes sense of. */
import { localTime } from '../../model/time-text.js';
import { lengthOf, type Span } from './time-scale.js';

/** `14:05:30.123456`, with fewer decimals where a pixel is longer than they are. */
export function clockText(us: number, pixelUs = 1): string {
  const text = localTime(Math.round(us)).slice(11);
  return pixelUs >= 1e6 ? text.slice(0, 8) : pixelUs >= 1e3 ? text.slice(0, 12) : text;
}

/** With the date where the range has more than one. */
export function momentText(us: number, shown: Span, width: number): string {
  const pixelUs = lengthOf(shown) / Math.max(1, width);
  const day = (at: number) => localTime(Math.round(at)).slice(0, 10);
  const clock = clockText(us, pixelUs);
  return day(shown.fromUs) === day(shown.toUs) ? clock : `${day(us).slice(5)} ${clock}`;
}
