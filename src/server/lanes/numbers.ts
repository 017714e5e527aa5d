type Numbers = Float64Array | Int32Array | Uint32Array | Uint8Array;

/** A list of numbers that grows, in a typed array. */
export class NumberList<A extends Numbers> {
  private array: A;
  length = 0;

  constructor(private readonly make: (length: number) => A) {
    this.array = make(1_024);
  }

  push(value: number): void {
    this.put(this.length, value);
  }

  /** At any place, also beyond the end: what is before it and was not set is 0. */
  put(index: number, value: number): void {
    if (index >= this.array.length) {
      const larger = this.make(Math.max(index + 1, this.array.length * 2));
      larger.set(this.array);
      this.array = larger;
    }
    this.array[index] = value;
    if (index >= this.length) this.length = index + 1;
  }

  at(index: number): number {
    return this.array[index] ?? 0;
  }
}

export const doubles = () => new NumberList((length) => new Float64Array(length));
export const integers = () => new NumberList((length) => new Int32Array(length));
export const bytes = () => new NumberList((length) => new Uint8Array(length));

/** Texts that repeat, each as the number of its first occurrence. */
export class TextNumbers {
  readonly texts: string[] = [];
  private readonly places = new Map<string, number>();
  /** Most follow themselves. */
  private last = 0;

  of(text: string): number {
    if (text === this.texts[this.last]) return this.last;
    this.last = this.places.get(text) ?? this.add(text);
    return this.last;
  }

  private add(text: string): number {
    this.places.set(text, this.texts.length);
    return this.texts.push(text) - 1;
  }

  /** Of each number, the place of its text in alphabetical order. */
  ranks(): Int32Array {
    const order = this.texts.map((_, number) => number).sort((a, b) => compare(this.texts[a], this.texts[b]));
    const ranks = new Int32Array(order.length);
    for (const [rank, number] of order.entries()) ranks[number] = rank;
    return ranks;
  }
}

function compare(one = '', other = ''): number {
  return one < other ? -1 : Number(one > other);
}
