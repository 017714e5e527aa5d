/** Round numbers along an axis. */

/** From 0 to the first round number at or above `most`, in at most `count` steps of 1, 2 or 5 times a power of ten. */
export function niceTicks(most: number, count: number): number[] {
  if (!(most > 0)) return [0];
  const raw = most / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((each) => each * power >= raw) ?? 10) * power;
  const steps = Math.ceil(most / step - 1e-9);
  return Array.from({ length: steps + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}
