import { deepEqual, equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import type { NameAnswer, NameRecord } from '../../src/model/name.js';
import { NameBook } from '../../src/names/name-book.js';

const S = 1_000_000;
const NETNS = 1;
const ADDRESSES = ['192.0.2.1', '192.0.2.2', '192.0.2.3'];

function answer(addresses: readonly string[], ttlS = 60, name = 'kafka.test'): NameAnswer {
  return { name, family: 4, addresses, ttlS };
}

/** What a reader of the table would see after these answers: the last version of each record. */
function recordsAfter(
  answers: readonly (readonly [atS: number, answer: NameAnswer])[],
  known: NameRecord[] = [],
): NameRecord[] {
  const book = new NameBook(known);
  const table = new Map<string, NameRecord>();
  for (const [atS, each] of answers) {
    book.add(each, NETNS, atS * S);
    for (const record of book.takeChanged()) table.set(`${record.name} ${record.address} ${record.fromUs}`, record);
  }
  return [...table.values()];
}

/** `ADDRESS FROM-TO END`, in seconds. */
function linesOf(records: readonly NameRecord[]): string[] {
  return records.map(({ address, fromUs, toUs = 0, ended = '' }) =>
    `${address} ${fromUs / S}-${toUs / S} ${ended}`.trim(),
  );
}

describe('a name', () => {
  it('resolves to an address until the TTL of the answer expires', () => {
    deepEqual(linesOf(recordsAfter([[0, answer(['192.0.2.1'], 60)]])), ['192.0.2.1 0-60']);
  });

  it('goes on standing for it when it is answered again', () => {
    const answers = [0, 50, 100, 165].map((atS) => [atS, answer(['192.0.2.1'])] as const);
    deepEqual(linesOf(recordsAfter(answers)), ['192.0.2.1 0-225']);
  });

  it('begins a new record where the last answer expired more than a minute ago', () => {
    const answers = [0, 121].map((atS) => [atS, answer(['192.0.2.1'])] as const);
    deepEqual(linesOf(recordsAfter(answers)), ['192.0.2.1 0-60', '192.0.2.1 121-181']);
  });

  it('stands no more for an address that a later answer leaves out', () => {
    const answers = [
      [0, answer(['192.0.2.1', '192.0.2.2'])],
      [10, answer(['192.0.2.2', '192.0.2.3'])],
    ] as const;
    deepEqual(linesOf(recordsAfter(answers)), ['192.0.2.1 0-10 replaced', '192.0.2.2 0-70', '192.0.2.3 10-70']);
  });

  it('resolves to no address when an answer says that it has none', () => {
    deepEqual(
      linesOf(
        recordsAfter([
          [0, answer(['192.0.2.1'])],
          [10, answer([])],
        ]),
      ),
      ['192.0.2.1 0-10 gone'],
    );
  });

  it('keeps the end that its TTL gave, where it is replaced later', () => {
    const answers = [
      [0, answer(['192.0.2.1'], 5)],
      [10, answer(['192.0.2.2'], 5)],
    ] as const;
    deepEqual(linesOf(recordsAfter(answers)), ['192.0.2.1 0-5 replaced', '192.0.2.2 10-15']);
  });

  it('of one namespace, or family, is none of the other', () => {
    const book = new NameBook();
    book.add(answer(['192.0.2.1']), 1, 0);
    book.add(answer(['192.0.2.2']), 2, S);
    book.add({ name: 'kafka.test', family: 6, addresses: [], ttlS: 0 }, 1, S);
    deepEqual(linesOf(book.takeChanged()), ['192.0.2.1 0-60', '192.0.2.2 1-61']);
  });

  it('is emitted again only where its end moves by more than a second', () => {
    const book = new NameBook();
    book.add(answer(['192.0.2.1'], 60), NETNS, 0);
    equal(book.takeChanged().length, 1);
    book.add(answer(['192.0.2.1'], 50), NETNS, 10.4 * S);
    equal(book.takeChanged().length, 0);
  });

  it('goes on from the recording before', () => {
    const known = recordsAfter([[0, answer(['192.0.2.1'])]]);
    deepEqual(linesOf(recordsAfter([[30, answer(['192.0.2.2'])]], known)), [
      '192.0.2.1 0-30 replaced',
      '192.0.2.2 30-90',
    ]);
  });

  it('is forgotten with its namespace', () => {
    const book = new NameBook();
    book.add(answer(['192.0.2.1']), 1, 0);
    book.takeChanged();
    book.forget(1);
    book.add(answer(['192.0.2.2']), 1, S);
    deepEqual(linesOf(book.takeChanged()), ['192.0.2.2 1-61']);
  });

  it('is one of 20,000 at most', () => {
    const book = new NameBook();
    for (let i = 0; i <= 20_000; i++) book.add(answer(['192.0.2.1'], 60, `n${i}.test`), NETNS, i);
    book.takeChanged();
    book.add(answer([], 0, 'n0.test'), NETNS, S);
    equal(book.takeChanged().length, 0);
    book.add(answer([], 0, 'n20000.test'), NETNS, S);
    equal(book.takeChanged().length, 1);
  });
});

describe('names over any answers', () => {
  const answers = fc.array(fc.tuple(fc.nat(40), fc.subarray([...ADDRESSES]), fc.constantFrom(0, 1, 5, 30, 300)), {
    maxLength: 30,
  });

  it('are current just after an answer as it says, and records of one address never overlap', () => {
    fc.assert(
      fc.property(answers, (steps) => {
        let atS = 0;
        const timed = steps.map(([stepS, addresses, ttlS]) => {
          atS += stepS + 1;
          return [atS, answer(addresses, ttlS)] as const;
        });
        for (let count = 1; count <= timed.length; count++) checkAfter(timed.slice(0, count));
        for (const address of ADDRESSES) {
          const records = recordsAfter(timed).filter((each) => each.address === address);
          const sorted = records.toSorted((x, y) => x.fromUs - y.fromUs);
          for (const [index, each] of sorted.slice(1).entries()) ok((sorted[index]?.toUs ?? 0) <= each.fromUs);
        }
      }),
      { numRuns: 100 },
    );
  });
});

/** What the last answer lists is current (unless it may not be kept), and nothing that it does not list. */
function checkAfter(timed: readonly (readonly [number, NameAnswer])[]): void {
  const [lastS, last] = timed.at(-1) ?? [0, answer([])];
  const records = recordsAfter(timed).filter(({ fromUs, toUs = 0 }) => fromUs <= lastS * S && toUs > lastS * S);
  const current = records.map(({ address }) => address);
  for (const address of current) ok(last.addresses.includes(address), `${address} is still there`);
  for (const address of last.ttlS > 0 ? last.addresses : []) ok(current.includes(address), `${address} is not there`);
}
