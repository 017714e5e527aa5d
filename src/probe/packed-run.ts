/**
 * Records in less than half of their memory, for those that wait behind a burst: of each, only the words that differ from the last record
 * of its length. Neighbours are mostly of one socket, process and namespace.
 */
import { LENGTH_STEP, META, recordNs, recordWords, SHORTEST_RECORD } from './record-layout.js';

/** Words before the first record: how many all have, how many records there are, and the times of the first and the last. */
const [COUNT, RECORDS, NSECS, LAST_NSECS, HEADER] = [0, 1, 2, 4, 6];
/** Each record begins with a word that has a bit for each of its words that follows, and above them its length. */
const LENGTH_SHIFT = 30;
const MASK = 2 ** LENGTH_SHIFT - 1;
const LENGTHS = 4;

/** What is packed, before its length is known: memory for each run would wait for the garbage collector. */
let room = new Uint32Array(16_384);

/** Of records in order of time. */
export function packRun(words: Uint32Array): Uint32Array<ArrayBuffer> {
  const most = HEADER + words.length + Math.ceil(words.length / SHORTEST_RECORD);
  if (room.length < most) room = new Uint32Array(most * 2);
  const packed = room;
  packed[COUNT] = words.length;
  packed.set(words.subarray(0, 2), NSECS);
  const last = new Int32Array(LENGTHS).fill(-1);
  let end = HEADER;
  let records = 0;
  for (let at = 0, length = 0; at < words.length; at += length, records++) {
    length = recordWords(words[at + META] as number);
    if (at + length >= words.length) packed.set(words.subarray(at, at + 2), LAST_NSECS);
    const code = (length - SHORTEST_RECORD) / LENGTH_STEP;
    const before = last[code] as number;
    last[code] = at;
    const maskAt = end++;
    let mask = 0;
    for (let index = 0; index < length; index++) {
      const difference =
        before < 0 ? (words[at + index] as number) : (words[at + index] as number) ^ (words[before + index] as number);
      if (difference === 0) continue;
      mask |= 1 << index;
      packed[end++] = difference;
    }
    packed[maskAt] = mask | (code << LENGTH_SHIFT);
  }
  packed[RECORDS] = records;
  return packed.slice(0, end);
}

export function unpackRun(packed: Uint32Array): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(packed[COUNT] as number);
  const last = new Int32Array(LENGTHS).fill(-1);
  let from = HEADER;
  for (let at = 0, length = 0; at < words.length; at += length) {
    const head = packed[from++] as number;
    const code = head >>> LENGTH_SHIFT;
    length = SHORTEST_RECORD + code * LENGTH_STEP;
    const before = last[code] as number;
    last[code] = at;
    const mask = head & MASK;
    for (let index = 0; index < length; index++) {
      const known = before < 0 ? 0 : (words[before + index] as number);
      words[at + index] = (mask & (1 << index)) === 0 ? known : known ^ (packed[from++] as number);
    }
  }
  return words;
}

/** What can be read of packed records without unpacking them; times in nanoseconds of the boot clock. */
export interface PackedFacts {
  readonly records: number;
  readonly firstNs: number;
  readonly lastNs: number;
}

export function packedFacts(packed: Uint32Array): PackedFacts {
  return {
    records: packed[RECORDS] as number,
    firstNs: recordNs(packed, NSECS),
    lastNs: recordNs(packed, LAST_NSECS),
  };
}
