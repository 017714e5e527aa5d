/** Fills that say without colour how something is known: solid, hatched, broken. */

import { PAINT_ORDER } from '../paint-order.js';
import { colour, coloursVersion, paintName } from '../palette.js';
import type { Certainty } from './runs.js';

type Fill = string | CanvasPattern;

/** The fills of paints, by certainty: those of the present colours. */
interface Fills {
  readonly version: number;
  readonly paints: Readonly<Record<Certainty, readonly Fill[]>>;
  readonly gap: Fill;
}

let fills: Fills | undefined;

/** Reads `coloursVersion`: what draws with them is drawn again when the colours change. */
export function fillsOf(context: CanvasRenderingContext2D): Fills {
  const version = coloursVersion.value;
  if (fills?.version === version) return fills;
  const colours = PAINT_ORDER.map((paint) => colour(paintName(paint)));
  fills = {
    version,
    paints: {
      observed: colours,
      inferred: colours.map((each) => hatch(context, each, 0.35)),
      uncertain: colours.map((each) => broken(context, each)),
    },
    gap: hatch(context, colour('--gap'), 0),
  };
  return fills;
}

/** A pattern of square tiles, as fine as the screen. */
function tiled(
  target: CanvasRenderingContext2D,
  size: number,
  draw: (context: CanvasRenderingContext2D) => void,
): CanvasPattern | undefined {
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(size * (devicePixelRatio || 1));
  canvas.height = canvas.width;
  const scale = canvas.width / size;
  const context = canvas.getContext('2d');
  if (context === null) return undefined;
  context.scale(scale, scale);
  draw(context);
  const pattern = target.createPattern(canvas, 'repeat') ?? undefined;
  pattern?.setTransform(new DOMMatrix().scale(1 / scale));
  return pattern;
}

/** Diagonal lines, on a ground of the same colour. */
function hatch(target: CanvasRenderingContext2D, lines: string, ground: number): Fill {
  const size = 6;
  const pattern = tiled(target, size, (context) => {
    context.fillStyle = lines;
    context.globalAlpha = ground;
    context.fillRect(0, 0, size, size);
    context.globalAlpha = ground === 0 ? 0.6 : 1;
    context.strokeStyle = lines;
    context.lineWidth = 1.4;
    context.beginPath();
    for (const start of [-size, 0, size]) {
      context.moveTo(start - 1, size + 1);
      context.lineTo(start + size + 1, -1);
    }
    context.stroke();
  });
  return pattern ?? lines;
}

/** Dashes. */
function broken(target: CanvasRenderingContext2D, dashes: string): Fill {
  const size = 7;
  const pattern = tiled(target, size, (context) => {
    context.fillStyle = dashes;
    context.globalAlpha = 0.8;
    context.fillRect(0, 0, 4, size);
  });
  return pattern ?? dashes;
}
