import type { HistoryRows } from '../../model/history-rows.js';
import type { RecordingHeader } from '../../recording-file/header.js';
import type { RecordedBlock } from '../../recording-file/recording-reader.js';

const NO_ROWS: HistoryRows = {
  run: [],
  cgroup: [],
  connection: [],
  owner: [],
  event: [],
  sample: [],
  snapshot: [],
  gap: [],
  name: [],
  pruning: [],
};

/** The span of a recording file, as far as it was read. */
export class RecordedSpan {
  private throughUs: number | undefined;
  private firstUs = Number.POSITIVE_INFINITY;
  private lastUs = Number.NEGATIVE_INFINITY;

  constructor(private readonly header: RecordingHeader) {}

  add({ rows, throughUs }: RecordedBlock): void {
    this.throughUs = throughUs ?? this.throughUs;
    this.lastUs = Math.max(this.lastUs, throughUs ?? 0);
    for (const run of rows.run) {
      this.firstUs = Math.min(this.firstUs, run.startedUs);
      this.lastUs = Math.max(this.lastUs, run.endedUs ?? run.lastUs);
    }
  }

  /**
   * The gap of a recording that is not whole. A recorder writes what happened as it happens: what comes after the last time
   * through which it was complete is missing. An export comes table by table: any time can lack something.
   */
  gapAfterFault(): HistoryRows {
    const { header, throughUs } = this;
    const fromUs = throughUs ?? header.sinceUs ?? Math.min(this.firstUs, header.startedUs);
    const known = Number.isFinite(this.lastUs);
    const toUs = Math.max(fromUs, known ? this.lastUs : header.writtenBy === 'export' ? header.writtenUs : 0);
    return { ...NO_ROWS, gap: [{ fromUs, toUs, cpu: undefined, lost: undefined, reason: 'truncated' }] };
  }
}
