type Numbers = Float64Array | Int32Array | Uint32Array | Uint8Array;

/** A list of numbers that grows, in a typed array. */
export class NumberList<A extends Numbers> {
  private array: A;
  length = 0;

  constructor(private readonly make: (length: number) => A) {
    this.array = make(1_024);
  }

  push(value: number): void {
    if (this.length === this.array.length) {
      const larger = this.make(this.length * 2);
      larger.set(this.array);
      this.array = larger;
    }
    this.array[this.length++] = value;
  }

  at(index: number): number {
    return this.array[index] ?? 0;
  }
}

/** Texts that repeat, each as the number of its first occurrence. */
export class TextNumbers {
  readonly texts: string[] = [];
  private readonly places = new Map<string, number>();

  of(text: string): number {
    const known = this.places.get(text);
    if (known !== undefined) return known;
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
