/** How high the states of a connection are drawn: longer ones are higher, and a microsecond beside a day can still be read. */

const LEAST = 28;
const MOST = 96;
/** What is added for each power of ten above the shortest that counts. */
const PER_MAGNITUDE = 12;
const SHORTEST_US = 1000;

/** Pixels, whole steps of 4. */
export function stayHeight(durationUs: number): number {
  const magnitudes = Math.max(0, Math.log10(Math.max(1, durationUs) / SHORTEST_US));
  const height = Math.min(MOST, LEAST + PER_MAGNITUDE * magnitudes);
  return Math.round(height / 4) * 4;
}
