import { setTimeout as delay } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import { counted } from '../model/counted.js';
import { messageOf } from '../model/error.js';
import type { Gap } from '../model/gap.js';
import type { NameRecord } from '../model/name.js';
import type { RunNote } from '../model/run-note.js';
import { type Names, openNames as openNameThread } from '../names/name-thread.js';
import type { WorkerOptions } from '../names/name-worker.js';
import { knownNames, openNames } from '../store/name-writer.js';

/** After a failure the thread is started again so much later, milliseconds. */
const AGAIN_AFTER_MS = 60_000;

/** Who receives the names of a run, and what is missing of them. */
export interface NameReceiver {
  readonly changed: (records: readonly NameRecord[]) => void;
  /** What was missed so far. */
  readonly note: (note: RunNote) => void;
  readonly gap: (gap: Gap) => void;
}

export interface NameSourceParts {
  readonly database: Database.Database;
  readonly netns: 'all' | 'self';
  /** The thread has failed, and is started again in a minute. */
  readonly failed: (why: string) => void;
  /** Wall time, microseconds. */
  readonly nowUs: () => number;
  readonly open?: (options: WorkerOptions) => Names;
  readonly againAfterMs?: number;
}

/** The source of the names of a run: a thread, which can be ended for a while, and which is started again after a failure. */
export class NameSource {
  private names: Names | undefined;
  private receiver: NameReceiver | undefined;
  /** One thread ends before the next one starts. */
  private turn: Promise<unknown> = Promise.resolve();
  private readonly over = new AbortController();
  private dropped = 0;
  private unreadable = 0;
  /** What was missed so far; undefined: nothing. */
  missed: RunNote | undefined;

  private constructor(private readonly parts: NameSourceParts) {}

  /** Where DNS answers cannot be received, hosts files are still read: `notes` says so. */
  static async start(
    parts: NameSourceParts,
  ): Promise<{ readonly source: NameSource; readonly notes: readonly RunNote[] }> {
    const source = new NameSource(parts);
    const refusal = await source.open();
    return { source, notes: refusal === undefined ? [] : [nameNote(refusalText(refusal))] };
  }

  /** Delivers to `receiver` from now on; first what has come already. */
  receive(receiver: NameReceiver): void {
    this.receiver = receiver;
    if (this.names !== undefined) this.connect(this.names);
  }

  /** Network namespaces have appeared or ended. */
  follow(): void {
    this.names?.follow();
  }

  /**
   * Delivers the rest, and ends the thread. Names without a TTL end then: nothing looks whether they still hold.
   * @throws what reading the database failed with
   */
  pause(): Promise<void> {
    return this.inTurn(async () => {
      await this.close();
      this.endOpen(this.parts.nowUs());
    });
  }

  /**
   * Starts a new thread, which knows what may still be valid. Resolves when it listens, or when the source has been stopped.
   * @throws the same
   */
  resume(): Promise<void> {
    return this.inTurn(async () => {
      if (!this.isOver && this.names === undefined) await this.open();
    });
  }

  /** Delivers the rest, and ends. */
  async stop(): Promise<void> {
    this.over.abort();
    await this.inTurn(() => this.close());
  }

  private get isOver(): boolean {
    return this.over.signal.aborted;
  }

  private inTurn(next: () => Promise<void>): Promise<void> {
    const done = this.turn.then(next);
    this.turn = done.catch(() => undefined);
    return done;
  }

  /** Returns why DNS answers cannot be received. */
  private async open(): Promise<string | undefined> {
    const { database, netns, nowUs, open = openNameThread } = this.parts;
    const names = open({ netns, known: knownNames(database, nowUs()) });
    this.names = names;
    void names.failed.then((why) => this.fail(names, why));
    this.connect(names);
    return names.ready;
  }

  private async close(): Promise<void> {
    const { names } = this;
    this.names = undefined;
    await names?.stop();
  }

  private endOpen(toUs: number): void {
    const open = openNames(this.parts.database);
    if (open.length > 0) this.receiver?.changed(open.map((name) => ({ ...name, toUs: Math.max(name.fromUs, toUs) })));
  }

  private connect(names: Names): void {
    const { receiver } = this;
    if (receiver === undefined) return;
    names.onChanged(receiver.changed);
    let unreadable = 0;
    names.onMissed(({ lately, ...missed }) => {
      if (lately.dropped > 0)
        receiver.gap({ ...lately.period, cpu: undefined, lost: lately.dropped, reason: 'overrun', scope: 'names' });
      this.dropped += lately.dropped;
      this.unreadable += missed.unreadable - unreadable;
      unreadable = missed.unreadable;
      this.missed = nameNote(missedText(this.dropped, this.unreadable));
      receiver.note(this.missed);
    });
  }

  private fail(names: Names, why: string): void {
    if (this.names !== names) return;
    this.names = undefined;
    const fromUs = this.parts.nowUs();
    this.parts.failed(why);
    void this.inTurn(async () => {
      this.endOpen(fromUs);
      while (!this.isOver && this.names === undefined) await this.tryAgain();
      const gap = { fromUs, toUs: this.parts.nowUs(), cpu: undefined, lost: undefined } as const;
      this.receiver?.gap({ ...gap, reason: 'tracer', scope: 'names' });
    });
  }

  private async tryAgain(): Promise<void> {
    const { againAfterMs = AGAIN_AFTER_MS, failed } = this.parts;
    await delay(againAfterMs, undefined, { signal: this.over.signal, ref: false }).catch(() => undefined);
    if (this.isOver) return;
    try {
      await this.open();
    } catch (error) {
      failed(messageOf(error));
    }
  }
}

/** For a run without names. */
export const NO_NAMES_NOTE = nameNote('not recorded (--no-names)');

function refusalText(refusal: string): string {
  return `DNS answers are not recorded, only hosts files (${refusal})`;
}

function missedText(dropped: number, unreadable: number): string {
  return `${counted(dropped, 'DNS answer')} dropped, ${counted(unreadable, 'packet')} could not be read`;
}

function nameNote(text: string): RunNote {
  return { subject: 'names', text };
}
