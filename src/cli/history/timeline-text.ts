/** How `sstory timeline` shows a connection. */
import type { Connection } from '../../model/connection.js';
import type { Interval } from '../../model/interval.js';
import type { TimelineReader } from '../../query/timeline.js';
import { captureFilter } from '../../view/capture-filter.js';
import { cutStyledToCells } from '../../view/terminal-cells.js';
import { timelineLine } from '../../view/timeline-bar.js';
import { timelineBlock, timelineJson } from '../../view/timeline-block.js';
import { isUtf8, paintFor } from '../output/terminal-looks.js';

export interface TimelineLooks {
  readonly json?: boolean;
  readonly pcapFilter?: boolean;
  readonly oneline?: boolean;
}

const PIPE_BAR_WIDTH = 40;
const WIDEST_BAR = 60;
const NARROWEST_BAR = 10;
/** For the id, the addresses and the first states of a connection: at 80 columns the bar has 14. */
const WIDTH_BESIDE_BAR = 66;

/** @param prefix before a line of `--oneline` */
export function timelineText(
  options: TimelineLooks,
  window: Interval,
  prefix = '',
): (reader: TimelineReader, connection: Connection) => string {
  if (options.pcapFilter === true) return (_reader, { tuple }) => captureFilter(tuple);
  if (options.json === true) return (reader, connection) => timelineJson(reader.timeline(connection));
  const paint = paintFor(process.stdout);
  if (options.oneline !== true) {
    return (reader, connection) => timelineBlock(reader.timeline(connection), paint).join('\n');
  }
  const bar = { ...window, width: barWidth(), unicode: isUtf8(), paint };
  const { isTTY, columns } = process.stdout;
  const fitted = isTTY
    ? (line: string) => cutStyledToCells(line, columns, isUtf8() ? '…' : '>')
    : (line: string) => line;
  return (reader, connection) => fitted(prefix + timelineLine(reader.timeline(connection), bar));
}

function barWidth(): number {
  if (!process.stdout.isTTY) return PIPE_BAR_WIDTH;
  return Math.max(NARROWEST_BAR, Math.min(WIDEST_BAR, process.stdout.columns - WIDTH_BESIDE_BAR));
}
