import { statSync } from 'node:fs';
import { stepCount } from '../model/connection.js';
import { counted } from '../model/counted.js';
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
  lost = 0;

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
      this.countGap();
      this.lost += gap.lost ?? 0;
    }
  }

  /** One that comes in no batch: something was given up. */
  countGap(): void {
    this.gaps++;
  }

  /**
   * `LISTEN 4  ESTAB 31  |  1,204 transitions/s  |  0 gaps  |  sstory.db 1.2 MB`. `behindUs`: how long ago the oldest event happened that is
   * not processed.
   */
  line(states: ReadonlyMap<TcpState, number>, nowMs: number, behindUs: number): string {
    const rate = ((this.transitions - this.lastTransitions) * 1000) / Math.max(1, nowMs - this.lastMs);
    this.lastTransitions = this.transitions;
    this.lastMs = nowMs;
    const counts = SHOWN.filter((state) => states.has(state)).map((state) => `${state} ${states.get(state)}`);
    const lost = this.lost > 0 ? ` (${counted(this.lost, 'event')} lost)` : '';
    return [
      counts.join('  ') || 'no sockets',
      `${Math.round(rate).toLocaleString('en')} transitions/s`,
      `${counted(this.gaps, 'gap')}${lost}`,
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
