import { hashOf } from './number-table.js';

/** Places at first, and at least: a power of two. */
const FEWEST = 64;
const FREE = 0;

/**
 * Slots of rows by a number that each row has itself: four bytes a place, which the garbage collector does not visit. A key is found only
 * while its row has it: call `delete` before it changes there. Keys may be any number but NaN.
 */
export class SlotTable {
  /** One more than the slot. A slot is at the place that its key hashes to, or in one of the next ones without a free one between. */
  private slots = new Uint32Array(FEWEST);
  private count = 0;

  /** `keyOf`: reads the key of a row. */
  constructor(private readonly keyOf: (slot: number) => number) {}

  get(key: number): number | undefined {
    const kept = this.slots[this.find(key)] ?? FREE;
    return kept === FREE ? undefined : kept - 1;
  }

  /** Sets the slot of a key, which its row has by now. */
  set(key: number, slot: number): void {
    let place = this.find(key);
    if (this.slots[place] === FREE) {
      // Half of the places stay free: the way to a free one is short.
      if (++this.count * 2 > this.slots.length) {
        this.resize(this.slots.length * 2);
        place = this.find(key);
      }
    }
    this.slots[place] = slot + 1;
  }

  delete(key: number): void {
    const { slots } = this;
    let place = this.find(key);
    if (slots[place] === FREE) return;
    const mask = slots.length - 1;
    // What comes after it, up to a free place, moves up where it hashes to this place or one before.
    for (let next = (place + 1) & mask; slots[next] !== FREE; next = (next + 1) & mask) {
      const wanted = hashOf(this.keyAt(next)) & mask;
      if (((next - wanted) & mask) < ((next - place) & mask)) continue;
      slots[place] = slots[next] ?? FREE;
      place = next;
    }
    slots[place] = FREE;
    if (--this.count * 16 < slots.length && slots.length > FEWEST) this.resize(slots.length / 2);
  }

  private keyAt(place: number): number {
    return this.keyOf((this.slots[place] ?? FREE) - 1);
  }

  /** The place of a key, or the free one at which it belongs. */
  private find(key: number): number {
    const { slots } = this;
    const mask = slots.length - 1;
    let place = hashOf(key) & mask;
    while (slots[place] !== FREE && this.keyAt(place) !== key) place = (place + 1) & mask;
    return place;
  }

  private resize(places: number): void {
    const { slots } = this;
    this.slots = new Uint32Array(places);
    for (const kept of slots) if (kept !== FREE) this.slots[this.find(this.keyOf(kept - 1))] = kept;
  }
}
