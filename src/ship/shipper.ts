/** Ships a database to one place: segments in order, each found there again later, and what belongs to no segment. */
import { LooseRows } from './loose-rows.js';
import type { Outbox, Plan } from './outbox.js';
import { SegmentBuilder } from './segment.js';
import { type BegunSegment, freshState, type SentSegment, type ShipState, type StateFile } from './state.js';
import { type Origin, type Target, TargetError } from './target.js';
import type { What } from './what.js';

/** Connections in a segment, at most. */
export const SEGMENT_ROWS = 10_000;
/** A row may be written again so long after its connection ended, microseconds: connect(2) returns after the kernel has closed it. */
const SETTLE_US = 2_000_000;
/** Segments that may wait to be found: then they are looked for before the next one is sent. */
const MOST_WAITING = 500;
/** The part of the time before a segment is looked for in which it is too young. */
const YOUNG = 5;
/** Segments that are looked for at once. */
const AUDITED = 100;

export interface ShipperParts {
  readonly outbox: Outbox;
  readonly target: Target;
  readonly state: StateFile;
  readonly origin: Origin;
  readonly name: string;
  readonly what: What;
  /** Wall clock, microseconds. */
  readonly nowUs: () => number;
  readonly say: (text: string) => void;
  /** Everything that is committed is due, also what was committed just now. */
  readonly atOnce?: boolean;
}

/** What one step did. */
export interface Step {
  /** Connections that were sent; 0: nothing is due. */
  readonly rows: number;
}

export class Shipper {
  private current: ShipState | undefined;
  /** Something may have arrived there though no answer came. */
  private isDoubtful = true;
  private readonly builder: SegmentBuilder;
  private readonly loose: LooseRows;

  constructor(private readonly parts: ShipperParts) {
    this.builder = new SegmentBuilder(parts.outbox, parts.origin, parts.what);
    this.loose = new LooseRows(parts.outbox, this.builder, parts.what);
  }

  /** @throws Error before `begin` */
  get state(): ShipState {
    if (this.current === undefined) throw new Error('shipping has not begun');
    return this.current;
  }

  /** Connections that ended and were not accepted yet. */
  get waiting(): number {
    return Math.max(0, this.parts.outbox.lastSeq() - this.state.sent);
  }

  /**
   * Reads how far shipping had come, and connects. To be called first, and after every error. Where no state is kept it begins with the
   * oldest connection that is left, or goes on from what is there.
   * @throws SstoryError, TargetError
   */
  async begin(): Promise<void> {
    const { target, origin, outbox } = this.parts;
    // Before it connects: what is deleted from now on is missing there.
    this.readState();
    await target.connect();
    this.isDoubtful = true;
    const { sentAtUs, next } = this.state;
    if (sentAtUs > 0 || next !== undefined) return;
    const there = Math.min(await target.lastSeq(origin), outbox.lastSeq());
    // Also where that is less: what was deleted here since then becomes a gap.
    if (there > 0) this.keep({ sent: there, kept: there });
  }

  private readState(): void {
    const { target, state, origin, name, outbox, say } = this.parts;
    const known = state.read();
    if (known !== undefined && known.file === outbox.file && known.target === target.text) {
      this.current = known;
      return;
    }
    if (known !== undefined && known.file !== outbox.file)
      say(`${outbox.path} is another database than before: its history is shipped from its beginning`);
    this.current = freshState({ name, target: target.text, file: outbox.file, machine: origin.machine });
    const before = outbox.firstSeq() - 1;
    this.keep({ sent: before, kept: before });
  }

  /** Sends one segment, if one is due. */
  async sendNext(): Promise<Step> {
    const { state } = this;
    if (state.waiting.length >= MOST_WAITING) await this.auditBefore(Number.POSITIVE_INFINITY);
    const begun = state.next ?? this.beginNext();
    if (begun === undefined) return { rows: 0 };
    await this.sendBegun(begun);
    return { rows: begun.last - begun.first + 1 };
  }

  /** Sends what belongs to no segment: gaps, names, open connections, and the host's own row. */
  async sendLoose(): Promise<void> {
    const { target, origin, nowUs, outbox } = this.parts;
    const { gapId, eventId } = this.state;
    // First: what ends meanwhile is counted as waiting.
    const reachedUs = outbox.reachedUs();
    const completeUs = this.waiting === 0 ? reachedUs : this.state.throughUs;
    const now = nowUs();
    const parts = this.loose.parts({ gapId, eventId, completeUs, reachedUs, nowUs: now, clock: target.clock });
    try {
      for (let count = 0; ; count++) {
        const { value, done } = parts.next();
        if (done === true) {
          this.keep({ ...value, throughUs: Math.max(this.state.throughUs, completeUs) });
          return;
        }
        await target.put(origin, `${now}-${count}`, value);
      }
    } catch (error) {
      this.loose.forget();
      throw error;
    }
  }

  /**
   * Looks for segments, once one was sent long enough ago; then for all but the youngest, since many cost as much as one. What is found
   * moves `kept`; what is not is sent again.
   */
  async audit(): Promise<void> {
    const { nowUs, target } = this.parts;
    const now = nowUs();
    if (this.state.waiting.some(({ sentAtUs }) => sentAtUs <= now - target.auditAfterUs))
      await this.auditBefore(now - target.auditAfterUs / YOUNG);
  }

  /**
   * Looks for all that was sent.
   * @throws TargetError where some of it is not there after it was sent once more
   */
  async auditAll(): Promise<void> {
    for (let rounds = 0; this.state.waiting.length > 0; rounds++) {
      if (rounds > MOST_WAITING) throw new TargetError(`${this.parts.target.text} does not keep what is sent`);
      await this.auditBefore(Number.POSITIVE_INFINITY);
    }
  }

  private async auditBefore(dueUs: number): Promise<void> {
    const { target, origin, nowUs, say } = this.parts;
    const due = this.state.waiting.filter(({ sentAtUs }) => sentAtUs <= dueUs).slice(0, AUDITED);
    if (due.length === 0) return;
    const found = await target.find(origin, due);
    const missing = due.filter((_, index) => found[index] !== true);
    for (const segment of missing) {
      say(`segment ${segment.first}-${segment.last} is missing at ${target.text}: it is sent again`);
      await this.sendAgain(segment);
    }
    const firstMissing = missing[0]?.first ?? Number.POSITIVE_INFINITY;
    const kept = due.findLast(({ first }) => first < firstMissing);
    if (kept === undefined) return;
    const waiting = this.state.waiting.filter(({ last }) => last > kept.last);
    this.keep({ kept: kept.last, keptAtUs: nowUs(), waiting });
  }

  /** Notes why the last attempt failed, for `--status`; undefined: it did not. */
  note(error: string | undefined): void {
    if (this.current !== undefined && this.current.error !== error) this.keep({ error });
  }

  private beginNext(): BegunSegment | undefined {
    const { outbox, nowUs, atOnce } = this.parts;
    const { sent, throughUs } = this.state;
    const settledUs = atOnce === true ? Number.POSITIVE_INFINITY : nowUs() - SETTLE_US;
    const plan = outbox.plan(sent, { mostRows: SEGMENT_ROWS, settledUs });
    if (plan === undefined) return undefined;
    const fromUs = throughUs === 0 ? plan.fromUs : throughUs;
    const toUs = Math.max(fromUs, plan.throughUs);
    const { first, last, lost } = plan;
    this.keep({ next: { first, last, fromUs, toUs, sentAtUs: nowUs(), lost, boot: plan.run?.bootId } });
    return this.state.next;
  }

  private async sendBegun(begun: BegunSegment): Promise<void> {
    const { target, origin, nowUs } = this.parts;
    const { state } = this;
    const { segment, sent, lost } = this.builder.build(this.planOf(begun), begun);
    // It may have arrived before its connections were deleted here.
    const isThere = lost > 0 && this.isDoubtful && (await target.has(origin, begun));
    const receipt = isThere ? 0 : await target.send(origin, segment);
    this.isDoubtful = false;
    const { waiting } = state;
    const known = isThere
      ? { kept: waiting.length === 0 ? begun.last : state.kept }
      : { waiting: [...waiting, { ...sent, receipt }] };
    this.keep({
      ...known,
      sent: begun.last,
      next: undefined,
      throughUs: begun.toUs,
      sentAtUs: nowUs(),
      lost: state.lost + begun.lost + (isThere ? 0 : lost),
    });
  }

  /** One that was sent before: its place in the list stays. */
  private async sendAgain({ first, last, fromUs, toUs, sentAtUs, lost, boot }: SentSegment): Promise<void> {
    const { target, origin, nowUs } = this.parts;
    const begun = { first, last, fromUs, toUs, sentAtUs, lost, boot };
    const built = this.builder.build(this.planOf(begun), begun);
    // A place that remembers the key would drop what it has lost.
    const segment = { ...built.segment, key: `${built.segment.key}/${nowUs()}` };
    const receipt = await target.send(origin, segment);
    const again = { ...built.sent, receipt, sentAtUs: nowUs() };
    this.keep({ waiting: this.state.waiting.map((each) => (each.first === first ? again : each)) });
  }

  /** Its connections; none where all of them were deleted meanwhile. */
  private planOf(begun: BegunSegment): Plan {
    const { first, last, fromUs, toUs } = begun;
    const none = { first, last, run: undefined, ids: [], fromUs, toUs, throughUs: toUs, lost: 0 };
    return this.parts.outbox.planAgain(begun) ?? none;
  }

  private keep(change: Partial<ShipState>): void {
    const next = { ...this.state, ...change };
    this.parts.state.write(next);
    this.current = next;
  }
}
