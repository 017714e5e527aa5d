/** How a pointer on the overview changes the range. All in pixels of the overview. */

export type Grip = 'body' | 'start' | 'end' | 'outside';

export interface Brush {
  readonly from: number;
  readonly to: number;
}

/** Handles are so wide, partly inside of the brush. */
const HANDLE = 8;

/** What a pointer takes hold of. */
export function gripAt(x: number, { from, to }: Brush): Grip {
  const inside = Math.min(HANDLE / 2, (to - from) / 4);
  if (Math.abs(x - from) <= HANDLE && x < from + inside) return 'start';
  if (Math.abs(x - to) <= HANDLE && x > to - inside) return 'end';
  return x > from && x < to ? 'body' : 'outside';
}

/** The brush after a drag from one pixel to another. */
export function dragged({ from, to }: Brush, grip: Grip, start: number, x: number, width: number): Brush {
  switch (grip) {
    case 'body': {
      const by = Math.max(-from, Math.min(x - start, width - to));
      return { from: from + by, to: to + by };
    }
    case 'start':
      return ordered(Math.max(0, Math.min(x, width)), to);
    case 'end':
      return ordered(from, Math.max(0, Math.min(x, width)));
    case 'outside':
      return ordered(start, Math.max(0, Math.min(x, width)));
  }
}

/** The brush as long as it is, around a pixel. */
export function jumped({ from, to }: Brush, x: number, width: number): Brush {
  const length = to - from;
  const start = Math.max(0, Math.min(x - length / 2, width - length));
  return { from: start, to: start + length };
}

function ordered(a: number, b: number): Brush {
  return { from: Math.min(a, b), to: Math.max(a, b, Math.min(a, b) + 1) };
}
