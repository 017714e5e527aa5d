/** Which marks of a lane are drawn, and where: where they would lie on each other, trouble wins. Without DOM. */
import type { Marker } from '../../server/contract.js';

export type Shape = 'cross' | 'bang' | 'diamond' | 'tick' | 'dot';

export interface Mark {
  readonly shape: Shape;
  readonly x: number;
}

/** The worse first. */
const RANKS: readonly Shape[] = ['cross', 'bang', 'diamond', 'tick', 'dot'];
/** What each covers, pixels left and right of its time. The sign of an error stands beside it: a refused connect has no other pixel. */
const REACH: Readonly<Record<Shape, readonly [left: number, right: number]>> = {
  cross: [-4, 4],
  bang: [3, 7],
  diamond: [-4, 4],
  tick: [-1, 1],
  dot: [-2, 2],
};
/** They stand at the lower edge of a lane: they hide nothing but their own kind. */
const EDGE: ReadonlySet<Shape> = new Set(['tick']);
/** A burst of a thousand retransmits is one mark. */
const LEAST_DISTANCE = 3;
/** So far outside of the lane a mark can still be seen. */
const MARGIN = 8;

export function shapeOf([, kind]: Marker): Shape {
  if (kind === 'retransmit') return 'tick';
  if (kind.startsWith('reset')) return 'cross';
  if (kind === 'stale-name' || kind === 'name-moved') return 'diamond';
  return kind === 'error' ? 'bang' : 'dot';
}

/** The marks to draw in a lane that is `width` pixels wide; `xOf` places the pixel of a marker. */
export function placedMarks(markers: readonly Marker[], xOf: (pixel: number) => number, width: number): Mark[] {
  const wanted = markers
    .map((marker): Mark => ({ shape: shapeOf(marker), x: Math.round(xOf(marker[0])) }))
    .filter(({ x }) => x >= -MARGIN && x <= width + MARGIN)
    .sort((a, b) => RANKS.indexOf(a.shape) - RANKS.indexOf(b.shape) || a.x - b.x);
  const lastX = new Map<Shape, number>();
  /** What the marks in the middle of the lane cover. */
  const covered: (readonly [left: number, right: number])[] = [];
  return wanted.filter(({ shape, x }) => {
    if (EDGE.has(shape)) {
      if (x - (lastX.get(shape) ?? Number.NEGATIVE_INFINITY) < LEAST_DISTANCE) return false;
      lastX.set(shape, x);
      return true;
    }
    const [left, right] = [x + REACH[shape][0], x + REACH[shape][1]];
    if (covered.some((other) => left <= other[1] && right >= other[0])) return false;
    covered.push([left, right]);
    return true;
  });
}
