import { statSync } from 'node:fs';
import { stepCount } from '../model/connection.js';
import { counted } from '../model/counted.js';
import { mayLackTransitions } from '../model/gap.js';
import type { HistoryBatch } from '../model/history-batch.js';
import { sizeText } from '../model/size.js';
import type { TcpState } from '../model/tcp-state.js';
import { durationText } from '../model/time-text.js';

const SHOWN: readonly TcpState[] = ['LISTEN', 'ESTAB', 'SYN-SENT', 'SYN-RECV', 'CLOSE-WAIT', 'FIN-WAIT-2', 'TIME-WAIT'];
/** It keeps up below that, microseconds. */
const BEHIND_US = 1_500_000;

/** The counts of the live status line. */
export class RecordStatus {
  private transitions = 0;
  private lastTransitions = 0;
  private lastMs: number;
  gaps = 0;
  private lost = 0;
  /** Gaps in which it is not known how much was lost. */
  private uncounted = 0;

  constructor(
    private readonly path: string,
    nowMs: number,
  ) {
    this.lastMs = nowMs;
  }

  /** All transitions written so far. */
  get written(): number {
    return this.transitions;
  }

  count(batch: HistoryBatch): void {
    for (const change of batch.connections) this.transitions += stepCount(change.connection) - change.firstNewStep;
    this.transitions += batch.reached?.ids.length ?? 0;
    for (const gap of batch.gaps) {
      if (gap.reason === 'clock') continue;
      this.gaps++;
      if (!mayLackTransitions(gap)) continue;
      if (gap.lost === undefined) this.uncounted++;
      else this.lost += gap.lost;
    }
  }

  /** One that comes in no batch: something was given up. */
  countGap(): void {
    this.gaps++;
  }

  /** `no gaps`, `2 gaps (12 events lost)`, `3 gaps (at least 12 events lost)`, `1 gap (unknown number of events lost)`. */
  get gapsText(): string {
    if (this.gaps === 0) return 'no gaps';
    const gaps = counted(this.gaps, 'gap');
    if (this.lost === 0) return this.uncounted === 0 ? gaps : `${gaps} (unknown number of events lost)`;
    return `${gaps} (${this.uncounted === 0 ? '' : 'at least '}${counted(this.lost, 'event')} lost)`;
  }

  /**
   * `LISTEN 4  ESTAB 31  |  1,204 transitions/s  |  no gaps  |  sstory.db 1.2 MB`. `behindUs`: how long ago the oldest event happened that is
   * not processed.
   */
  line(states: ReadonlyMap<TcpState, number>, nowMs: number, behindUs: number): string {
    const rate = ((this.transitions - this.lastTransitions) * 1000) / Math.max(1, nowMs - this.lastMs);
    this.lastTransitions = this.transitions;
    this.lastMs = nowMs;
    const counts = SHOWN.filter((state) => states.has(state)).map((state) => `${state} ${states.get(state)}`);
    return [
      counts.join('  ') || 'no sockets',
      `${Math.round(rate).toLocaleString('en')} transitions/s`,
      this.gapsText,
      `${this.path} ${sizeText(databaseSize(this.path))}`,
      ...(behindUs < BEHIND_US ? [] : [`${durationText(behindUs)} behind`]),
    ].join('  |  ');
  }
}

/** Bytes of the database with its write-ahead log. */
function databaseSize(path: string): number {
  const size = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return size(path) + size(`${path}-wal`);
}
