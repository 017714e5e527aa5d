/** TASK_COMM_LEN of include/linux/sched.h: four words. */
const COMM_BYTES = 16;
const WORDS = 4;
/** A power of two. */
const PLACES = 256;

/** Decodes names of processes from records. Few processes open most connections: a name is decoded again only when another took its place. */
export class CommCache {
  private readonly words = new Uint32Array(PLACES * WORDS);
  private readonly names: (string | undefined)[] = new Array(PLACES).fill(undefined);

  /** The name in the four words at `at`, as ps shows it; bytes that are no UTF-8 become replacement characters. */
  at(words: Uint32Array, at: number): string {
    const place = hashOf(words, at);
    const known = this.names[place];
    if (known !== undefined && this.holds(place, words, at)) return known;
    const name = decoded(words, at);
    this.names[place] = name;
    this.words.set(words.subarray(at, at + WORDS), place * WORDS);
    return name;
  }

  private holds(place: number, words: Uint32Array, at: number): boolean {
    for (let word = 0; word < WORDS; word++) if (this.words[place * WORDS + word] !== words[at + word]) return false;
    return true;
  }
}

function hashOf(words: Uint32Array, at: number): number {
  let hash = 0;
  for (let word = 0; word < WORDS; word++) hash = Math.imul(hash ^ (words[at + word] ?? 0), 0x9e3779b1);
  return (hash >>> 16) % PLACES;
}

function decoded(words: Uint32Array, at: number): string {
  const bytes = Buffer.from(words.buffer, words.byteOffset + at * 4, COMM_BYTES);
  const length = bytes.indexOf(0);
  return bytes.toString('utf8', 0, length < 0 ? COMM_BYTES : length);
}
