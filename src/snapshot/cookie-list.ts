/** Room at first; a power of two. */
const FIRST_ROOM = 256;

/**
 * Socket cookies, each with an index from 0 on: what belongs to them lies in typed arrays beside. Half a million of them are
 * found again each second, which a Map pays for with an object or a hash node each.
 */
export class CookieList {
  private cookies = new Float64Array(FIRST_ROOM);
  /** By hash, an index plus one; 0: free. Twice as long as `cookies` at least, so that few collide. */
  private table = new Int32Array(2 * FIRST_ROOM);
  private used = 0;

  get size(): number {
    return this.used;
  }

  /** How many fit before it grows. */
  get room(): number {
    return this.cookies.length;
  }

  at(index: number): number {
    return this.cookies[index] ?? 0;
  }

  /** The index of a cookie, -1 if it is not in the list. */
  find(cookie: number): number {
    return (this.table[this.slotOf(cookie)] ?? 0) - 1;
  }

  /** The same for one that may well be at `index`: dumps have their sockets in the same order, and the next one is in the CPU's cache. */
  findNear(cookie: number, index: number): number {
    return index < this.used && this.cookies[index] === cookie ? index : this.find(cookie);
  }

  /** Adds one that is not in the list, at the end. */
  add(cookie: number): void {
    if (this.used === this.cookies.length) this.grow();
    this.cookies[this.used++] = cookie;
    this.table[this.slotOf(cookie)] = this.used;
  }

  /** The last one takes its index. */
  removeAt(index: number): void {
    this.free(this.slotOf(this.at(index)));
    const last = --this.used;
    if (index === last) return;
    const moved = this.at(last);
    this.table[this.slotOf(moved)] = index + 1;
    this.cookies[index] = moved;
  }

  private grow(): void {
    const larger = new Float64Array(this.cookies.length * 2);
    larger.set(this.cookies);
    this.cookies = larger;
    this.table = new Int32Array(larger.length * 2);
    for (let index = 0; index < this.used; index++) this.table[this.slotOf(this.at(index))] = index + 1;
  }

  /** Where a cookie is, or would be. */
  private slotOf(cookie: number): number {
    const { table, cookies } = this;
    const mask = table.length - 1;
    let slot = hash(cookie) & mask;
    for (;;) {
      const entry = table[slot] ?? 0;
      if (entry === 0 || cookies[entry - 1] === cookie) return slot;
      slot = (slot + 1) & mask;
    }
  }

  /** Frees a slot, and moves those behind it forward that would not be found across the hole. */
  private free(slot: number): void {
    const { table } = this;
    const mask = table.length - 1;
    let hole = slot;
    for (let next = (hole + 1) & mask; ; next = (next + 1) & mask) {
      const entry = table[next] ?? 0;
      if (entry === 0) break;
      const home = hash(this.at(entry - 1)) & mask;
      if (((next - home) & mask) < ((next - hole) & mask)) continue;
      table[hole] = entry;
      hole = next;
    }
    table[hole] = 0;
  }
}

/** Cookies are numbers in a row, by batches of a CPU. */
function hash(cookie: number): number {
  const mixed = Math.imul(cookie | 0, 0x9e3779b1) ^ Math.imul((cookie / 4_294_967_296) | 0, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
