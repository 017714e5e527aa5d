/** Rows of a chunk: a power of two. */
const CHUNK_BITS = 12;
const CHUNK = 2 ** CHUNK_BITS;

export interface SlabWidths {
  /** Numbers of eight bytes. */
  readonly wide: number;
  /** Unsigned numbers of four bytes. */
  readonly narrow: number;
  readonly texts: number;
  /** The narrow number of a row that is free by which the next free one is known. */
  readonly nextFree: number;
}

/** In place of a slot: none. A small integer, as slots are: V8 makes the code again for whatever has a field that was one, and is none later. */
export const NO_SLOT = -1;

interface Chunk {
  readonly wide: Float64Array;
  readonly narrow: Uint32Array;
  readonly texts: (string | undefined)[];
}

/** A row, to be read and written whole: where its values begin in each array. */
export interface SlabRow extends Chunk {
  readonly wideAt: number;
  readonly narrowAt: number;
  readonly textsAt: number;
}

/**
 * Rows of numbers and texts in large arrays: the garbage collector neither visits nor copies them. A row is known by its slot, a small
 * integer, which is given to another row later.
 */
export class ParkedSlab {
  private readonly chunks: Chunk[] = [];
  private firstFree = NO_SLOT;
  private end = 0;

  constructor(private readonly widths: SlabWidths) {}

  /** All slots are less than this. */
  get endSlot(): number {
    return this.end;
  }

  /** A slot whose values are left from before. */
  take(): number {
    const { firstFree } = this;
    if (firstFree !== NO_SLOT) {
      this.firstFree = this.slotIn(firstFree, this.widths.nextFree);
      return firstFree;
    }
    if (this.end === this.chunks.length * CHUNK) this.chunks.push(this.chunk());
    return this.end++;
  }

  give(slot: number): void {
    this.setNarrow(slot, this.widths.nextFree, this.firstFree);
    this.firstFree = slot;
  }

  row(slot: number): SlabRow {
    const { wide, narrow, texts } = this.at(slot);
    const index = slot & (CHUNK - 1);
    const { widths } = this;
    return {
      wide,
      narrow,
      texts,
      wideAt: index * widths.wide,
      narrowAt: index * widths.narrow,
      textsAt: index * widths.texts,
    };
  }

  wide(slot: number, field: number): number {
    return this.at(slot).wide[(slot & (CHUNK - 1)) * this.widths.wide + field] ?? Number.NaN;
  }

  setWide(slot: number, field: number, value: number): void {
    this.at(slot).wide[(slot & (CHUNK - 1)) * this.widths.wide + field] = value;
  }

  narrow(slot: number, field: number): number {
    return this.at(slot).narrow[(slot & (CHUNK - 1)) * this.widths.narrow + field] ?? 0;
  }

  setNarrow(slot: number, field: number, value: number): void {
    this.at(slot).narrow[(slot & (CHUNK - 1)) * this.widths.narrow + field] = value;
  }

  /** The slot of another row, or `NO_SLOT`, that `setNarrow` has put there. */
  slotIn(slot: number, field: number): number {
    return this.narrow(slot, field) | 0;
  }

  text(slot: number, field: number): string | undefined {
    return this.at(slot).texts[(slot & (CHUNK - 1)) * this.widths.texts + field];
  }

  private at(slot: number): Chunk {
    return this.chunks[slot >>> CHUNK_BITS] as Chunk;
  }

  private chunk(): Chunk {
    const { wide, narrow, texts } = this.widths;
    return {
      wide: new Float64Array(CHUNK * wide),
      narrow: new Uint32Array(CHUNK * narrow),
      texts: new Array<string | undefined>(CHUNK * texts).fill(undefined),
    };
  }
}
