/** What belongs to no segment: gaps, events and names, connections that are open, and the host's own row. */
import type { FleetGapRow, FleetNameRow, HostRow, OpenLifeRow } from '../fleet/columns.js';
import type { Connection } from '../model/connection.js';
import type { Run } from '../model/run.js';
import { ChangedNames } from './changed-names.js';
import { standingOf } from './open-standing.js';
import type { KeptEvent, KeptGap, Outbox } from './outbox.js';
import type { SegmentBuilder } from './segment.js';
import type { Segment } from './target.js';
import { LONG_US, type What, whatText } from './what.js';

/** Rows that are sent together. */
const PART_ROWS = 1_000;
/** A gap that ended so long ago does not change any more, microseconds. */
const FINAL_AFTER_US = 60_000_000;

/**
 * An open connection is sent again after so long, microseconds: a reader takes one that was not for a few of these as ended. Its end may
 * have been deleted before it was shipped.
 */
const OPEN_AGAIN_US = 3_600_000_000;

/** An open connection as it was sent. */
interface SentOpen {
  readonly steps: number;
  readonly asOfUs: number;
  readonly standing: string;
}

export interface LooseCursor {
  readonly gapId: number;
  readonly eventId: number;
}

export interface LooseOptions extends LooseCursor {
  /** Up to when all ended connections have been sent, microseconds. */
  readonly completeUs: number;
  /** Up to when the history was complete when this round began, microseconds. */
  readonly reachedUs: number;
  /** Wall clock, microseconds. */
  readonly nowUs: number;
  /** The clock's offset from that of the place, and its error, microseconds. */
  readonly clock: { readonly offsetUs: number; readonly errorUs: number } | undefined;
}

export class LooseRows {
  /** The open connections that were sent, by id. */
  private open = new Map<number, SentOpen>();
  private sentGaps = new Map<number, string>();
  private readonly names: ChangedNames;

  constructor(
    private readonly outbox: Outbox,
    private readonly builder: SegmentBuilder,
    private readonly what: What,
  ) {
    this.names = new ChangedNames(outbox.handle);
  }

  /** Everything is to be sent again, as after an error. */
  forget(): void {
    this.open = new Map<number, SentOpen>();
    this.sentGaps = new Map();
    this.names.forget();
  }

  /**
   * The rows in parts, the host's own last: it says that all others are there. Returns how far they go. What a part had counts as
   * sent when the next one is asked for.
   */
  *parts(options: LooseOptions): Generator<Segment['tables'], LooseCursor, undefined> {
    const run = this.outbox.allRuns().at(-1);
    const gapId = yield* this.gaps(options);
    const eventId = yield* this.events(options.eventId, run);
    yield* this.changedNames(options, run);
    yield* this.openConnections(options, run);
    yield { hosts: [this.hostRow(options, run)] };
    return { gapId, eventId };
  }

  /** Those after the cursor that are new or have changed. The cursor stays before the first that may still change. */
  private *gaps({ gapId, reachedUs }: LooseOptions): Generator<Segment['tables'], number, undefined> {
    let afterId = gapId;
    let finalId = gapId;
    let allFinal = true;
    const seen = new Map<number, string>();
    for (;;) {
      const page = this.outbox.gaps(afterId, PART_ROWS);
      const changed = page.filter((gap) => this.sentGaps.get(gap.id) !== contentOf(gap));
      if (changed.length > 0) yield { gaps: changed.map((gap) => this.gapRow(gap)) };
      for (const gap of page) {
        allFinal &&= gap.toUs < reachedUs - FINAL_AFTER_US;
        if (allFinal) finalId = gap.id;
        else seen.set(gap.id, contentOf(gap));
      }
      afterId = page.at(-1)?.id ?? afterId;
      if (page.length < PART_ROWS) break;
    }
    this.sentGaps = seen;
    return finalId;
  }

  private gapRow(gap: KeptGap): FleetGapRow {
    const { id, fromUs, toUs, cpu, lost, reason, scope } = gap;
    const run = this.runAt(fromUs);
    return {
      ...this.builder.originRow(run?.bootId),
      gap_id: id,
      from_us: fromUs,
      to_us: toUs,
      cpu: cpu ?? null,
      lost: lost ?? null,
      reason,
      scope,
    };
  }

  /** Those of no connection, and of open ones that were sent before. */
  private *events(afterId: number, run: Run | undefined): Generator<Segment['tables'], number, undefined> {
    const upToId = this.outbox.lastEventId();
    const which = this.open.size === 0 ? 'loose' : 'all';
    for (let last = afterId; last < upToId; ) {
      const page = this.outbox.eventsBetween(last, upToId, PART_ROWS, which);
      const wanted = page.filter(({ connection_id: id }) => id === null || this.open.has(id));
      if (wanted.length > 0) yield this.eventRows(wanted, run);
      last = page.length < PART_ROWS ? upToId : (page.at(-1)?.event_id ?? upToId);
    }
    return Math.max(afterId, upToId);
  }

  private eventRows(events: readonly KeptEvent[], run: Run | undefined): Segment['tables'] {
    const origin = this.builder.originRow(run?.bootId);
    return { events: events.map((event) => ({ ...origin, ...event })) };
  }

  private *changedNames({ reachedUs, nowUs }: LooseOptions, run: Run | undefined): Generator<Segment['tables']> {
    const origin = this.builder.originRow(run?.bootId);
    let part: FleetNameRow[] = [];
    for (const row of this.names.since(reachedUs)) {
      part.push({ ...origin, ...row, version: nowUs });
      if (part.length < PART_ROWS) continue;
      yield { names: part };
      part = [];
    }
    if (part.length > 0) yield { names: part };
  }

  private *openConnections({ reachedUs }: LooseOptions, run: Run | undefined): Generator<Segment['tables']> {
    const seen = new Map<number, SentOpen>();
    for (const page of inPages(this.openOnes(reachedUs - LONG_US), PART_ROWS)) {
      const samples = this.outbox.lastSamples(page.map(({ id }) => id));
      const changed = page.filter((connection) => {
        const { id, steps } = connection;
        const sent = this.open.get(id);
        const standing = standingOf(connection, samples.get(id));
        const isSame = sent?.steps === steps.length && sent.standing === standing;
        const isKnown = isSame && sent.asOfUs > reachedUs - OPEN_AGAIN_US;
        seen.set(id, isKnown ? sent : { steps: steps.length, asOfUs: reachedUs, standing });
        return !isKnown;
      });
      if (changed.length > 0) yield { open_lives: this.openRows(changed, run, reachedUs) };
      // Later ones are found by their ids.
      const firstSent = changed.filter(({ id }) => !this.open.has(id)).map(({ id }) => id);
      const events = firstSent.length === 0 ? [] : this.outbox.events(firstSent);
      if (events.length > 0) yield this.eventRows(events, run);
    }
    this.open = seen;
  }

  /** Connections that are open since `byUs`; of those in TIME-WAIT, the ones that were sent before. */
  private *openOnes(byUs: number): Generator<Connection> {
    const left = new Set(this.open.keys());
    for (const connection of this.outbox.open(byUs)) {
      left.delete(connection.id);
      yield connection;
    }
    for (const connection of this.outbox.byId([...left])) if (connection.closedUs === undefined) yield connection;
  }

  private openRows(connections: readonly Connection[], run: Run | undefined, asOfUs: number): OpenLifeRow[] {
    return this.builder.openRows(connections, run, asOfUs);
  }

  private hostRow({ completeUs, reachedUs, nowUs, clock }: LooseOptions, run: Run | undefined): HostRow {
    return {
      ...this.builder.originRow(run?.bootId),
      first_us: this.outbox.allRuns()[0]?.startedUs ?? 0,
      // What is younger than that and still open was not sent.
      complete_us: Math.max(0, Math.min(completeUs, reachedUs - LONG_US)),
      version: nowUs,
      kernel: run?.kernel ?? '',
      sstory: run?.sstory ?? '',
      source: run?.source ?? '',
      what: whatText(this.what),
      netns: run?.initialNetns ?? null,
      clock_offset_us: clock?.offsetUs ?? null,
      clock_error_us: clock?.errorUs ?? null,
    };
  }

  /** The run that a moment belongs to, or the one before it. */
  private runAt(us: number): Run | undefined {
    const runs = this.outbox.allRuns();
    return runs.findLast(({ startedUs }) => startedUs <= us) ?? runs[0];
  }
}

function* inPages<T>(items: Iterable<T>, size: number): Generator<readonly T[], void, undefined> {
  let page: T[] = [];
  for (const item of items) {
    page.push(item);
    if (page.length < size) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

function contentOf({ fromUs, toUs, lost, reason, scope }: KeptGap): string {
  return `${fromUs} ${toUs} ${lost} ${reason} ${scope}`;
}
