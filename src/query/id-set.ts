/** Ids per piece of the set. */
const PIECE = 65_536;

/** A set of whole numbers that lie close together: one bit for each, a million in 128 KB. */
export class IdSet {
  size = 0;
  private readonly pieces = new Map<number, Uint8Array>();

  /** False: it was in the set. */
  add(id: number): boolean {
    if (this.has(id)) return false;
    const key = Math.floor(id / PIECE);
    let piece = this.pieces.get(key);
    if (piece === undefined) {
      piece = new Uint8Array(PIECE / 8);
      this.pieces.set(key, piece);
    }
    const place = id - key * PIECE;
    piece[place >> 3] = (piece[place >> 3] ?? 0) | (1 << (place & 7));
    this.size++;
    return true;
  }

  has(id: number): boolean {
    const key = Math.floor(id / PIECE);
    const place = id - key * PIECE;
    return (((this.pieces.get(key)?.[place >> 3] ?? 0) >> (place & 7)) & 1) === 1;
  }
}
