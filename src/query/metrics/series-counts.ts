/** Counts by labels, and how many of them are kept apart. */

/** Names of labels with their values. */
export type Labels = Readonly<Record<string, string>>;

export interface SeriesCount {
  readonly labels: Labels;
  value: number;
}

/** What stands in place of a label's value where a metric has too many series. */
export const OTHER = 'other';

export interface SeriesLimits {
  /** Series of a metric, at most. */
  readonly most: number;
  /** Of these, kept free for the combinations of the metric's own labels, which are few, with the others folded. */
  readonly reserved: number;
}

/**
 * The series of one metric. Its own labels have few values; the labels of a group (the process name, the port) can have any number:
 * those that come after the limit is reached are counted as `other`.
 */
export class SeriesCounts {
  private readonly counts = new Map<string, SeriesCount>();
  /** How much was counted as `other`. */
  folded = 0;

  constructor(private readonly limits: SeriesLimits) {}

  get size(): number {
    return this.counts.size;
  }

  add(own: Labels, group: Labels, amount: number): void {
    const series = this.known(own, group) ?? this.admitted(own, group);
    if (series !== undefined) {
      series.value += amount;
      return;
    }
    const others = Object.fromEntries(Object.keys(group).map((name) => [name, OTHER]));
    const other = this.known(own, others) ?? this.make(own, others);
    other.value += amount;
    this.folded += amount;
  }

  /** A series as it was stored. */
  restore(labels: Labels, value: number): void {
    this.make(labels, {}).value = value;
  }

  /** In the order in which they were first counted. */
  values(): Iterable<SeriesCount> {
    return this.counts.values();
  }

  private known(own: Labels, group: Labels): SeriesCount | undefined {
    return this.counts.get(keyOf(own, group));
  }

  private admitted(own: Labels, group: Labels): SeriesCount | undefined {
    const isBounded = Object.keys(group).length === 0;
    return isBounded || this.counts.size < this.limits.most - this.limits.reserved ? this.make(own, group) : undefined;
  }

  private make(own: Labels, group: Labels): SeriesCount {
    const series = { labels: { ...own, ...group }, value: 0 };
    this.counts.set(keyOf(own, group), series);
    return series;
  }
}

/** Equal for equal values: no name of a process contains a NUL. */
function keyOf(own: Labels, group: Labels): string {
  let key = '';
  for (const name in own) key += `${own[name]}\0`;
  for (const name in group) key += `${group[name]}\0`;
  return key;
}
