/** What a request asks of a history. */
import type Database from 'better-sqlite3';
import { usageError } from '../../model/error.js';
import type { Interval } from '../../model/interval.js';
import type { NetnsPeriod } from '../../model/namespace.js';
import { isoTime, localTime } from '../../model/time-text.js';
import type { HistoryFilter } from '../../query/history-filter.js';
import { Places } from '../../query/places.js';
import { chosenPeriods, filterOf } from '../../request/filter.js';
import { type RecordedSpan, spanIn, spanOf } from '../../request/recorded-window.js';
import { momentOf, nothingBefore } from '../../request/time-window.js';
import type { Query } from '../query.js';
import type { Remembered } from '../remembered.js';

/** Microseconds since the epoch. */
const MICROSECONDS = /^\d{12,17}$/;

/** One request: its parameters, and the history that answers it. */
export class Asked {
  /** What a person should know about the answer. */
  readonly notes: string[] = [];
  private knownSpan: RecordedSpan | undefined;
  private knownPlaces: Places | undefined;

  constructor(
    readonly database: Database.Database,
    /** The path of the database; of a slice, the host that it is of. */
    readonly file: string,
    readonly query: Query,
    readonly remembered: Remembered,
  ) {}

  readonly note = (text: string): void => {
    if (!this.notes.includes(text)) this.notes.push(text);
  };

  /**
   * What is recorded.
   * @throws SstoryError `empty`
   */
  get span(): RecordedSpan {
    this.knownSpan ??= spanOf(this.database, this.file);
    return this.knownSpan;
  }

  get places(): Places {
    this.knownPlaces ??= new Places(this.database);
    return this.knownPlaces;
  }

  /**
   * From `from` to `to` as asked for, also where nothing is recorded; without them, all that is.
   * @throws SstoryError `bad-time`, `empty-window`
   */
  window(): Interval {
    const span = spanIn(this.database);
    const nowUs = Date.now() * 1_000;
    const fromUs = this.time('from') ?? span?.fromUs ?? nowUs;
    const toUs = this.time('to') ?? span?.toUs ?? nowUs;
    if (fromUs > toUs)
      throw usageError('empty-window', `from ${localTime(fromUs)} is later than to ${localTime(toUs)}`);
    if (span !== undefined && fromUs < span.fromUs) this.note(nothingBefore(span));
    return { fromUs, toUs: Math.max(toUs, fromUs + 1) };
  }

  /** A parameter that is a time: microseconds since the epoch, or as `--since` takes it; undefined: not given. */
  time(name: string): number | undefined {
    const text = this.query.text(name);
    if (text === undefined) return undefined;
    if (MICROSECONDS.test(text)) return Number(text);
    return momentOf(text, spanIn(this.database) ?? { fromUs: 0, toUs: Date.now() * 1_000 }, this.note);
  }

  /** The same as text that `--at` takes, exact. */
  timeText(name: string): string | undefined {
    const text = this.query.text(name);
    return text !== undefined && MICROSECONDS.test(text) ? isoTime(Number(text)) : text;
  }

  /** Of a slice: the host of a fleet that it is of. */
  private get machine(): readonly string[] | undefined {
    const { sliceOf } = this.query;
    return sliceOf && [sliceOf.host.toLowerCase(), sliceOf.machine];
  }

  /** The words of `filter`. */
  get words(): readonly string[] {
    return (
      this.query
        .text('filter')
        ?.split(/\s+/)
        .filter((word) => word !== '') ?? []
    );
  }

  /**
   * `filter` and `netns`; undefined without both.
   * @throws SstoryError of the filter language
   */
  async filter(window: Interval, netns = this.netns(window)): Promise<HistoryFilter | undefined> {
    return filterOf(this.database, this.words, {
      ...{ window, during: window, note: this.note },
      netns: await netns,
      machine: this.machine,
    });
  }

  /**
   * The network namespaces of `netns`, and when; undefined: all, always.
   * @throws SstoryError `no-netns`
   */
  netns(window: Interval): Promise<readonly NetnsPeriod[] | undefined> {
    return chosenPeriods(this.database, { netns: this.query.text('netns'), window, note: this.note });
  }
}
