/** Gaps in the record, on tracks of their own. */
import type { Gap } from '../../model/gap.js';
import type { Interval } from '../../model/interval.js';
import type { PacketWriter } from './packet-writer.js';

const PARENT = 1;
const FIRST_LANE = 2;
/** Gaps that overlap stand on different tracks, on so many at most. */
const MOST_LANES = 32;

/** Writes gaps, sorted by their beginning, as slices; those of one lane never overlap. */
export function writeGaps(writer: PacketWriter, gaps: readonly Gap[], window: Interval): void {
  writer.track({ uuid: PARENT, name: 'gaps in the record' });
  /** When the last gap of each lane ends. */
  const ends: number[] = [];
  for (const gap of gaps) {
    const fromUs = Math.max(gap.fromUs, window.fromUs);
    const toUs = Math.max(fromUs, Math.min(gap.toUs, window.toUs));
    const annotations = { scope: gap.scope, lost: gap.lost ?? 'unknown', cpu: gap.cpu };
    const event = { atUs: fromUs, name: gap.reason, category: 'gap', annotations };
    const free = ends.findIndex((endUs) => endUs <= fromUs);
    const lane = free < 0 ? ends.length : free;
    if (lane >= MOST_LANES) {
      writer.event({ ...event, track: PARENT, type: 'instant' });
      continue;
    }
    const track = FIRST_LANE + lane;
    // Tracks of one name below one parent are shown as one.
    if (lane === ends.length) writer.track({ uuid: track, name: 'gaps', parent: PARENT });
    ends[lane] = toUs;
    writer.event({ ...event, track, type: 'sliceBegin' });
    writer.event({ track, atUs: toUs, type: 'sliceEnd' });
  }
}
