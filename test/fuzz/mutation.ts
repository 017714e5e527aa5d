/** Inputs near valid ones: bits flipped, pieces cut, repeated, moved and inserted, numbers set to extremes. */
import fc from 'fast-check';
import type { FuzzTarget } from './target.js';

/** Inputs are cut to this length: enough for an algorithm of quadratic time to take seconds. */
const MOST_BYTES = 1 << 17;
const MOST_CHANGES = 6;

/** Values at which lengths, counts and offsets go wrong. */
const EXTREMES: readonly bigint[] = [0, 1, 3, 4, 7, 8, 15, 16, 31, 32, 63, 64]
  .flatMap((bits) => [(1n << BigInt(bits)) - 1n, 1n << BigInt(bits), (1n << BigInt(bits)) + 1n])
  .filter((value) => value < 1n << 64n);

const NOTHING = new Uint8Array();

type Change = (bytes: Buffer) => Buffer;

/** A place, as a share of the length: shrinking leads to the beginning. */
const place = fc.nat(1 << 16);
const at = (bytes: Buffer, share: number): number => Math.floor((bytes.length * share) / ((1 << 16) + 1));
const length = fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 300 }));

function replaced(bytes: Buffer, from: number, count: number, piece: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, from), piece, bytes.subarray(from + count)]).subarray(0, MOST_BYTES);
}

const flip: fc.Arbitrary<Change> = fc.tuple(place, fc.nat(7)).map(([where, bit]) => (bytes) => {
  const index = at(bytes, where);
  return replaced(bytes, index, 1, Uint8Array.of((bytes[index] ?? 0) ^ (1 << bit)));
});

const cut: fc.Arbitrary<Change> = place.map((where) => (bytes) => bytes.subarray(0, at(bytes, where)));

const remove: fc.Arbitrary<Change> = fc.tuple(place, length).map(
  ([where, count]) =>
    (bytes) =>
      replaced(bytes, at(bytes, where), count, NOTHING),
);

/** Now and then thousands of times. */
const times = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 4 }) },
  fc.integer({ min: 1, max: MOST_BYTES }),
);

const repeat: fc.Arbitrary<Change> = fc.tuple(place, length, times).map(([where, count, often]) => (bytes) => {
  const index = at(bytes, where);
  const piece = bytes.subarray(index, index + count);
  const fitting = Math.max(0, Math.floor((MOST_BYTES - bytes.length) / Math.max(1, piece.length)));
  return replaced(bytes, index, 0, Buffer.concat(new Array<Uint8Array>(Math.min(often, fitting)).fill(piece)));
});

const move: fc.Arbitrary<Change> = fc.tuple(place, place, length).map(([from, to, count]) => (bytes) => {
  const index = at(bytes, from);
  const piece = Uint8Array.from(bytes.subarray(index, index + count));
  return replaced(bytes, at(bytes, to), 0, piece);
});

const extreme: fc.Arbitrary<Change> = fc
  .tuple(place, fc.constantFrom(1, 2, 4, 8), fc.boolean(), fc.constantFrom(...EXTREMES))
  .map(([where, width, bigEndian, value]) => (bytes) => {
    const number = new DataView(new ArrayBuffer(8));
    number.setBigUint64(0, value, !bigEndian);
    const piece = new Uint8Array(number.buffer, bigEndian ? 8 - width : 0, width);
    return replaced(bytes, at(bytes, where), width, piece);
  });

const junk: fc.Arbitrary<Change> = fc.tuple(place, length, fc.uint8Array({ maxLength: 40 })).map(
  ([where, count, piece]) =>
    (bytes) =>
      replaced(bytes, at(bytes, where), Math.min(count, piece.length), piece),
);

function insert(words: readonly string[]): fc.Arbitrary<Change> {
  return fc.tuple(place, fc.constantFrom(...words)).map(
    ([where, word]) =>
      (bytes) =>
        replaced(bytes, at(bytes, where), 0, Buffer.from(word)),
  );
}

/** A piece of another sample in the place of what was there. */
function splice(samples: readonly Uint8Array[]): fc.Arbitrary<Change> {
  return fc
    .tuple(place, fc.constantFrom(...samples), place, length, fc.nat(300))
    .map(([to, other, from, count, over]) => {
      const index = at(Buffer.from(other), from);
      return (bytes) => replaced(bytes, at(bytes, to), over, other.subarray(index, index + count));
    });
}

/** Samples with a few changes, and now and then bytes that are no sample at all. */
export function inputs({ samples, words }: FuzzTarget): fc.Arbitrary<Buffer> {
  const changes = [flip, cut, remove, repeat, move, extreme, junk, splice(samples)];
  const change = words.length === 0 ? fc.oneof(...changes) : fc.oneof(...changes, insert(words), insert(words));
  const changed = fc
    .tuple(fc.constantFrom(...samples), fc.array(change, { maxLength: MOST_CHANGES }))
    .map(([sample, list]) => list.reduce<Buffer>((bytes, each) => each(bytes), Buffer.from(sample)));
  const any = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
  return fc.oneof({ weight: 15, arbitrary: changed }, any);
}
