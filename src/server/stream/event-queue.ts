import type { Missed } from '../contract-stream.js';

/** What waits for one client: more is left out, and counted. */
const MOST_EVENTS = 2_000;
const MOST_CHARACTERS = 1_000_000;

/** The events that a client has not received yet. Its size is bounded, however slow the client is. */
export class EventQueue {
  private readonly events: string[] = [];
  private characters = 0;
  private missed: Missed | undefined;

  get isEmpty(): boolean {
    return this.events.length === 0 && this.missed === undefined;
  }

  /** Adds an event, or counts it as missed. `atUs`: the time that it is about. */
  push(event: string, data: string, atUs: number): void {
    const text = `event: ${event}\ndata: ${data}\n\n`;
    // What comes after something missed would hide where it is missing.
    if (
      this.missed !== undefined ||
      this.events.length >= MOST_EVENTS ||
      this.characters + text.length > MOST_CHARACTERS
    ) {
      if (event !== 'tick') this.miss({ since_us: atUs, events: 1 });
      return;
    }
    this.events.push(text);
    this.characters += text.length;
  }

  /** Adds what was missed before it came here. */
  miss({ since_us, events }: Missed): void {
    const before = this.missed ?? { since_us, events: 0 };
    const sum = before.events === null || events === null ? null : before.events + events;
    this.missed = { since_us: before.since_us, events: sum };
  }

  /** What waits, as text, what was missed last; the queue is empty then. */
  take(): string {
    const text = this.events.splice(0).join('');
    const { missed } = this;
    this.characters = 0;
    this.missed = undefined;
    return missed === undefined ? text : `${text}event: missed\ndata: ${JSON.stringify(missed)}\n\n`;
  }
}
