/**
 * The cookies that one snapshot was the first to show of connections that had been written: of TIME-WAITs mostly, whose rows are not
 * written again. A row of the table `cookies`.
 */
export interface CookiesRecord {
  readonly netns: number;
  readonly atUs: number;
  /** JSON: ranges of cookies, each as its distance from the end of the one before, and how many it has. */
  readonly cookies: string;
  /** JSON: the connections that have them, in that order, each as its distance from the one before. */
  readonly ids: string;
}

/** The cookie of a connection. */
export type CookieOf = readonly [cookie: number, id: number];

export function cookiesRecord(netns: number, atUs: number, pairs: readonly CookieOf[]): CookiesRecord {
  const ranges: number[] = [];
  const steps: number[] = [];
  let [next, before] = [0, 0];
  for (const [cookie, id] of [...pairs].sort(([one], [other]) => one - other)) {
    if (cookie === next && ranges.length > 0) ranges[ranges.length - 1] = (ranges.at(-1) ?? 0) + 1;
    else ranges.push(cookie - next, 1);
    next = cookie + 1;
    steps.push(id - before);
    before = id;
  }
  return { netns, atUs, cookies: JSON.stringify(ranges), ids: JSON.stringify(steps) };
}

/** @throws Error where it is damaged */
export function cookiesOf({ cookies, ids }: Pick<CookiesRecord, 'cookies' | 'ids'>): CookieOf[] {
  const [ranges, steps] = [integersOf(cookies), integersOf(ids)];
  const pairs: CookieOf[] = [];
  let [cookie, id, at] = [0, 0, 0];
  for (let index = 0; index < ranges.length; index += 2) {
    cookie += ranges[index] ?? 0;
    const count = ranges[index + 1] ?? 0;
    if (count < 1 || at + count > steps.length) throw new Error('there are more cookies than connections');
    for (const end = at + count; at < end; at++) {
      id += steps[at] ?? 0;
      pairs.push([cookie++, id]);
    }
  }
  if (at < steps.length) throw new Error('there are more connections than cookies');
  return pairs;
}

function integersOf(text: string): readonly number[] {
  const list: unknown = JSON.parse(text);
  if (!Array.isArray(list) || !list.every(Number.isSafeInteger)) throw new Error('it is not a list of integers');
  return list as number[];
}
