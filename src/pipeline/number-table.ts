/** Places at first, and at least: a power of two. */
const FEWEST = 64;

/**
 * Values by number, as a Map has them, for tables that a busy host changes ten thousand times a second. A Map takes a new object for each key
 * beyond 31 bits, and is copied whole again and again to be rid of what was deleted: megabytes of garbage a second, and three times
 * the memory. Keys may be any number but NaN.
 */
export class NumberTable<Value> {
  /** NaN: the place is free. A key is at the place that it hashes to, or in one of the next ones without a free one between. */
  private keys = freeKeys(FEWEST);
  private values = new Array<Value | undefined>(FEWEST).fill(undefined);
  private count = 0;

  get size(): number {
    return this.count;
  }

  get(key: number): Value | undefined {
    return this.values[this.find(key)];
  }

  has(key: number): boolean {
    return this.keys[this.find(key)] === key;
  }

  set(key: number, value: Value): void {
    let place = this.find(key);
    if (this.keys[place] !== key) {
      // Half of the places stay free: the way to a free one is short.
      if (++this.count * 2 > this.keys.length) {
        this.resize(this.keys.length * 2);
        place = this.find(key);
      }
      this.keys[place] = key;
    }
    this.values[place] = value;
  }

  delete(key: number): void {
    const { keys } = this;
    let place = this.find(key);
    if (keys[place] !== key) return;
    const mask = keys.length - 1;
    // What comes after it, up to a free place, moves up where it hashes to this place or one before.
    for (let next = (place + 1) & mask; !Number.isNaN(keys[next] as number); next = (next + 1) & mask) {
      const wanted = hashOf(keys[next] as number) & mask;
      if (((next - wanted) & mask) < ((next - place) & mask)) continue;
      keys[place] = keys[next] as number;
      this.values[place] = this.values[next];
      place = next;
    }
    keys[place] = Number.NaN;
    this.values[place] = undefined;
    if (--this.count * 16 < keys.length && keys.length > FEWEST) this.resize(keys.length / 2);
  }

  /** The place of a key, or the free one at which it belongs. */
  private find(key: number): number {
    const { keys } = this;
    const mask = keys.length - 1;
    let place = hashOf(key) & mask;
    for (let known = keys[place] as number; known !== key && !Number.isNaN(known); known = keys[place] as number)
      place = (place + 1) & mask;
    return place;
  }

  private resize(places: number): void {
    const { keys, values } = this;
    this.keys = freeKeys(places);
    this.values = new Array<Value | undefined>(places).fill(undefined);
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] as number;
      if (Number.isNaN(key)) continue;
      const place = this.find(key);
      this.keys[place] = key;
      this.values[place] = values[index];
    }
  }
}

function freeKeys(places: number): Float64Array {
  return new Float64Array(places).fill(Number.NaN);
}

/** Addresses, cookies and ports differ in few bits: all of them reach the lowest ones. */
export function hashOf(key: number): number {
  const mixed = Math.imul((key | 0) ^ Math.imul((key / 2 ** 32) | 0, 0x85ebca6b), 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}
