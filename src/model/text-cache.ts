/** Texts by the words from which they are decoded. Few of them are most of what comes: one is decoded again only when another took its place. */
export class TextCache {
  private readonly keys: Uint32Array;
  private readonly texts: (string | undefined)[];

  /** `width`: words of a text. `places`: a power of two, at most 65,536. `decode`: makes the text of the words at `at`. */
  constructor(
    private readonly width: number,
    private readonly places: number,
    private readonly decode: (words: Uint32Array, at: number) => string,
  ) {
    this.keys = new Uint32Array(places * width);
    this.texts = new Array<string | undefined>(places).fill(undefined);
  }

  /** The text of the words at `at`. */
  at(words: Uint32Array, at: number): string {
    const place = this.placeOf(words, at);
    const known = this.texts[place];
    if (known !== undefined && this.holds(place, words, at)) return known;
    const text = this.decode(words, at);
    this.texts[place] = text;
    for (let word = 0; word < this.width; word++) this.keys[place * this.width + word] = words[at + word] ?? 0;
    return text;
  }

  private holds(place: number, words: Uint32Array, at: number): boolean {
    const { width, keys } = this;
    for (let word = 0; word < width; word++) if (keys[place * width + word] !== words[at + word]) return false;
    return true;
  }

  private placeOf(words: Uint32Array, at: number): number {
    let hash = 0;
    for (let word = 0; word < this.width; word++) hash = Math.imul(hash ^ (words[at + word] ?? 0), 0x9e3779b1);
    return (hash >>> 16) & (this.places - 1);
  }
}
