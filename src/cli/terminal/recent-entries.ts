import type { TcpState } from '../../model/tcp-state.js';
import type { LogEntry } from '../../query/transition-log.js';

/** The latest lines of the log, shown below the table: gaps, and transitions into and out of the selected states. */
export class RecentEntries {
  static readonly KEPT = 16;
  private entries: LogEntry[] = [];

  constructor(private readonly states: ReadonlySet<TcpState> | undefined) {}

  add(entry: LogEntry): void {
    if (!this.concerns(entry)) return;
    this.entries.push(entry);
    if (this.entries.length > RecentEntries.KEPT * 2) this.entries = this.entries.slice(-RecentEntries.KEPT);
  }

  reset(entries: readonly LogEntry[]): void {
    this.entries = entries.filter((entry) => this.concerns(entry));
  }

  /** Oldest first. */
  last(count: number): readonly LogEntry[] {
    return count === 0 ? [] : this.entries.slice(-count);
  }

  private concerns(entry: LogEntry): boolean {
    if (entry.kind === 'gap' || this.states === undefined) return true;
    return this.states.has(entry.step.oldState) || this.states.has(entry.step.newState);
  }
}
