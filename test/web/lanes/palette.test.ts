/**
 * The colours of states and troubles, as people with each kind of colour blindness see them: simulated with the matrices of Machado,
 * Oliveira and Fernandes (2009), compared by CIEDE2000.
 */
import { ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import {
  type Color,
  differenceCiede2000,
  filterDeficiencyDeuter,
  filterDeficiencyProt,
  filterDeficiencyTrit,
  parse,
} from 'culori';
import type { Paint } from '../../../src/server/contract.js';
import { FIRST_CALM, PAINT_ORDER } from '../../../src/web/paint-order.js';

const CSS = readFileSync(new URL('../../../../src/web/style/palette.css', import.meta.url), 'utf8');
const THEMES = ['light', 'dark'] as const;
const EYES: readonly (readonly [string, (colour: Color) => Color])[] = [
  ['all colours', (colour) => colour],
  ['deuteranopia', filterDeficiencyDeuter(1)],
  ['protanopia', filterDeficiencyProt(1)],
  ['tritanopia', filterDeficiencyTrit(1)],
];
const distance = differenceCiede2000();

/** Two colours that nobody confuses, side by side; less than 2.3 is not seen at all. */
const LEAST_DISTANCE = 8;
/** Of two that share a shape, and of which one is a trouble. */
const LEAST_OF_TROUBLE = 10;
/** Against what is behind them. */
const LEAST_OF_PANEL = 12;

/** States of a connection that is being closed look alike on purpose. */
const ALIKE: readonly (readonly Paint[])[] = [['LAST-ACK', 'FIN-WAIT-1', 'CLOSING', 'FIN-WAIT-2']];
const areAlike = (one: Paint, other: Paint) => ALIKE.some((group) => group.includes(one) && group.includes(other));

function colourOf(name: string, theme: (typeof THEMES)[number]): Color {
  const [, light = '', dark = ''] = new RegExp(`--${name}: light-dark\\((#\\w+), (#\\w+)\\)`).exec(CSS) ?? [];
  const colour = parse(theme === 'light' ? light : dark);
  if (colour === undefined) throw new Error(`${name} has no colour`);
  return colour;
}

for (const theme of THEMES) {
  describe(`the colours of states, in ${theme}`, () => {
    const paints = PAINT_ORDER.map((paint) => ({ paint, colour: colourOf(`paint-${paint.toLowerCase()}`, theme) }));
    for (const [name, seen] of EYES) {
      it(`can be told apart with ${name}`, () => {
        const panel = seen(colourOf('panel', theme));
        const near: string[] = [];
        for (const [index, { paint, colour }] of paints.entries()) {
          const own = distance(seen(colour), panel);
          if (own < LEAST_OF_PANEL) near.push(`${paint} and the panel: ${own.toFixed(1)}`);
          for (const other of paints.slice(index + 1)) {
            if (areAlike(paint, other.paint)) continue;
            const between = distance(seen(colour), seen(other.colour));
            const least = index < FIRST_CALM ? LEAST_OF_TROUBLE : LEAST_DISTANCE;
            if (between < least) near.push(`${paint} and ${other.paint}: ${between.toFixed(1)}`);
          }
        }
        ok(near.length === 0, near.join('; '));
      });
    }
  });
}
