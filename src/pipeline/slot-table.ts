import { hashOf } from './number-table.js';

/** Places at first, and at least: a power of two. */
const FEWEST = 64;
const FREE = 0;

/**
 * Slots of rows by a number that each row has itself: eight bytes a place, which the garbage collector does not visit. A key is found only
 * while its row has it: call `delete` before it changes there. Keys may be any number but NaN.
 */
export class SlotTable {
  /**
   * A pair of numbers a place: one more than the slot, and the hash of its key. Rows are mostly not in the CPU's caches: only one with the
   * hash that is looked for is read. A slot is at the place that its key hashes to, or in one of the next ones without a free one between.
   */
  private pairs = new Int32Array(2 * FEWEST);
  private mask = FEWEST - 1;
  private count = 0;

  /** `keyOf`: reads the key of a row. */
  constructor(private readonly keyOf: (slot: number) => number) {}

  get(key: number): number | undefined {
    const kept = this.keptAt(this.find(key, hashOf(key)));
    return kept === FREE ? undefined : kept - 1;
  }

  /** Sets the slot of a key, which its row has by now. */
  set(key: number, slot: number): void {
    const hash = hashOf(key);
    let place = this.find(key, hash);
    if (this.keptAt(place) === FREE) {
      // Half of the places stay free: the way to a free one is short.
      if (++this.count * 2 > this.mask) {
        this.resize(2 * (this.mask + 1));
        place = this.freePlace(hash);
      }
    }
    this.put(place, slot + 1, hash);
  }

  delete(key: number): void {
    let place = this.find(key, hashOf(key));
    if (this.keptAt(place) === FREE) return;
    const { mask } = this;
    // What comes after it, up to a free place, moves up where it hashes to this place or one before.
    for (let next = (place + 1) & mask; this.keptAt(next) !== FREE; next = (next + 1) & mask) {
      const hash = this.hashAt(next);
      if (((next - hash) & mask) < ((next - place) & mask)) continue;
      this.put(place, this.keptAt(next), hash);
      place = next;
    }
    this.put(place, FREE, 0);
    if (--this.count * 16 < mask && mask >= FEWEST) this.resize((mask + 1) / 2);
  }

  private keptAt(place: number): number {
    return this.pairs[2 * place] ?? FREE;
  }

  private hashAt(place: number): number {
    return this.pairs[2 * place + 1] ?? 0;
  }

  private put(place: number, kept: number, hash: number): void {
    this.pairs[2 * place] = kept;
    this.pairs[2 * place + 1] = hash;
  }

  /** The place of a key, or the free one at which it belongs. */
  private find(key: number, hash: number): number {
    const { mask } = this;
    let place = hash & mask;
    for (let kept = this.keptAt(place); kept !== FREE; kept = this.keptAt(place)) {
      if (this.hashAt(place) === hash && this.keyOf(kept - 1) === key) break;
      place = (place + 1) & mask;
    }
    return place;
  }

  private freePlace(hash: number): number {
    let place = hash & this.mask;
    while (this.keptAt(place) !== FREE) place = (place + 1) & this.mask;
    return place;
  }

  private resize(places: number): void {
    const { pairs } = this;
    this.pairs = new Int32Array(2 * places);
    this.mask = places - 1;
    for (let at = 0; at < pairs.length; at += 2) {
      const [kept = FREE, hash = 0] = [pairs[at], pairs[at + 1]];
      if (kept !== FREE) this.put(this.freePlace(hash), kept, hash);
    }
  }
}
