import type { SampleRow } from './sample.js';

/**
 * What one snapshot was the first to show of timewait sockets, whose rows are not written again for it: their cookies, and of those whose
 * beginning no event reported, when their timer is due. A row of the table `timewaits`.
 */
export interface TimewaitsRecord {
  readonly netns: number;
  readonly atUs: number;
  readonly fact: TimewaitFact;
  /** JSON: ranges of numbers, each as its distance from the end of the one before, and how many it has. */
  readonly numbers: string;
  /** JSON: the connections that have them, in that order, each as its distance from the one before. */
  readonly ids: string;
}

/** `due`: milliseconds since the epoch. `sample`: 1, it has a sample, of its interface and mark. */
export const TIMEWAIT_FACTS = ['cookie', 'due', 'sample'] as const;
export type TimewaitFact = (typeof TIMEWAIT_FACTS)[number];

/** A number of a connection. */
export type NumberOf = readonly [number: number, id: number];

/** Of a timewait socket, what its row does not have. */
export interface TimewaitAt {
  readonly cookie?: number;
  /** When its timer was due, microseconds since the epoch. */
  readonly dueUs?: number;
  /** Of one that had no sample before: its first one. */
  readonly sample?: SampleRow | undefined;
}

/** The most pairs of a record: it has to fit into a block of a recording file. */
const MOST_PAIRS = 10_000;
/** A record with less text needs no division. */
const SMALL_CHARACTERS = 20 * MOST_PAIRS;

/**
 * The records of a dump with any number of pairs: their times differ by a microsecond, because namespace, time and fact are the key of a
 * row.
 */
export function timewaitsRecords(
  netns: number,
  atUs: number,
  fact: TimewaitFact,
  pairs: readonly NumberOf[],
): TimewaitsRecord[] {
  const sorted = [...pairs].sort(([one], [other]) => one - other);
  const records: TimewaitsRecord[] = [];
  for (let from = 0; from < sorted.length; from += MOST_PAIRS)
    records.push(timewaitsRecord(netns, atUs + records.length, fact, sorted.slice(from, from + MOST_PAIRS)));
  return records;
}

/** A record of an older recorder may have more pairs than fit into a block; one that is damaged stays as it is. */
export function dividedTimewaits(record: TimewaitsRecord): readonly TimewaitsRecord[] {
  const { netns, atUs, fact, numbers, ids } = record;
  if (numbers.length + ids.length < SMALL_CHARACTERS) return [record];
  try {
    return timewaitsRecords(netns, atUs, fact, numbersOf(record));
  } catch {
    return [record];
  }
}

/** One record. Numbers that follow each other, as cookies of one dump do, take the least room. `pairs`: in the order of the numbers. */
export function timewaitsRecord(
  netns: number,
  atUs: number,
  fact: TimewaitFact,
  pairs: readonly NumberOf[],
): TimewaitsRecord {
  const ranges: number[] = [];
  const steps: number[] = [];
  let [next, before] = [0, 0];
  for (const [number, id] of pairs) {
    if (number === next && ranges.length > 0) ranges[ranges.length - 1] = (ranges.at(-1) ?? 0) + 1;
    else ranges.push(number - next, 1);
    next = number + 1;
    steps.push(id - before);
    before = id;
  }
  return { netns, atUs, fact, numbers: JSON.stringify(ranges), ids: JSON.stringify(steps) };
}

/** @throws Error where it is damaged */
export function numbersOf({ numbers, ids }: Pick<TimewaitsRecord, 'numbers' | 'ids'>): NumberOf[] {
  const [ranges, steps] = [integersOf(numbers), integersOf(ids)];
  const pairs: NumberOf[] = [];
  let [number, id, at] = [0, 0, 0];
  for (let index = 0; index < ranges.length; index += 2) {
    number += ranges[index] ?? 0;
    const count = ranges[index + 1] ?? 0;
    if (count < 1 || at + count > steps.length) throw new Error('there are more numbers than connections');
    for (const end = at + count; at < end; at++) {
      id += steps[at] ?? 0;
      pairs.push([number++, id]);
    }
  }
  if (at < steps.length) throw new Error('there are more connections than numbers');
  return pairs;
}

function integersOf(text: string): readonly number[] {
  const list: unknown = JSON.parse(text);
  if (!Array.isArray(list) || !list.every(Number.isSafeInteger)) throw new Error('it is not a list of integers');
  return list as number[];
}
