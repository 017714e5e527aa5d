/** What an output stream can show. */
import { type Ink, inked, noInk } from '../../view/ink.js';
import type { Paint } from '../../view/state-colour.js';

type Stream = { readonly isTTY?: boolean };

/** Colours only on a terminal, and not if NO_COLOR is set (no-color.org). */
export function inkFor(stream: Stream): Ink {
  const wanted = stream.isTTY === true && (process.env['NO_COLOR'] ?? '') === '' && !isDumb();
  return wanted ? inked : noInk;
}

/** As `--color` has it. */
export const COLOUR_WISHES = ['auto', 'always', 'never'] as const;
export type ColourWish = (typeof COLOUR_WISHES)[number];

/** The colours for a stream, unless `always` or `never` are asked for. */
export function inkAsked(wish: ColourWish, stream: Stream): Ink {
  if (wish === 'auto') return inkFor(stream);
  return wish === 'always' ? inked : noInk;
}

export function paintFor(stream: Stream): Paint {
  return inkFor(stream).state;
}

/** Whether lines can be drawn anywhere on the screen: not with TERM=dumb. */
export function isScreen(stream: Stream): boolean {
  return stream.isTTY === true && !isDumb();
}

function isDumb(): boolean {
  return process.env['TERM'] === 'dumb';
}

/** Whether the locale's character set is UTF-8. */
export function isUtf8(): boolean {
  const { LC_ALL, LC_CTYPE, LANG } = process.env;
  const locale = [LC_ALL, LC_CTYPE, LANG].find((value) => value !== undefined && value !== '');
  return /utf-?8/i.test(locale ?? '');
}
