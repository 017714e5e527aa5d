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
  namespace: [],
  thread: [],
  sockstat: [],
  bound: [],
  timewaits: [],
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
   * The gap of an incomplete recording file. A recorder writes events as they happen: what follows the last complete time is
   * missing. An export is written table by table: rows of any time can be missing.
   */
  gapAfterFault(): HistoryRows {
    const { header, throughUs } = this;
    const fromUs = throughUs ?? header.sinceUs ?? Math.min(this.firstUs, header.startedUs);
    const known = Number.isFinite(this.lastUs);
    const toUs = Math.max(fromUs, known ? this.lastUs : header.writtenBy === 'export' ? header.writtenUs : 0);
    return {
      ...NO_ROWS,
      gap: [{ fromUs, toUs, cpu: undefined, lost: undefined, reason: 'truncated', scope: 'transitions' }],
    };
  }
}
