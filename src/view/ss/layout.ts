/** The column layout of ss: as narrow as possible in a pipe, spread over the width of a terminal. */
import { CellBytes } from './cell-bytes.js';
import { LinePiece } from './line-piece.js';
import type { SsTraits } from './ss-traits.js';

/** The columns. Where owners have none of their own they begin the details. */
const NAMES = [
  'Host',
  'Netns',
  'State',
  'Recv-Q',
  'Send-Q',
  'Local Address:',
  'Port',
  'Peer Address:',
  'Port',
] as const;
const HEADER: readonly string[] = [...NAMES, 'Process', ''];
/** Owners that begin the details give them their name. */
const OLDER_HEADER: readonly string[] = [...NAMES, '', 'Process'];

/** Cells of a row: host, network namespace, state, Recv-Q, Send-Q, local host, local port, remote host, remote port, owners, details. */
export const COLUMN_COUNT = HEADER.length;

/** How a column is set: the gap before it, and the side to which its text is aligned. */
interface Style {
  readonly gap: string;
  readonly right?: true;
}

const STYLES: readonly Style[] = [
  { gap: '' },
  { gap: ' ' },
  { gap: ' ' },
  { gap: ' ' },
  { gap: ' ' },
  { gap: ' ', right: true },
  { gap: '' },
  { gap: ' ', right: true },
  { gap: '' },
  { gap: '' },
  { gap: '' },
];
const NO_STYLE: Style = { gap: '' };
const HOST = 0;
const NETNS = 1;
const STATE = 2;
const QUEUES = [3, 4];
const REMOTE_PORT = 8;
const OWNERS = 9;
const DETAILS = 10;

export interface LayoutOptions {
  readonly header: boolean;
  /** The column State is omitted if all rows have the one state that was selected. */
  readonly showState: boolean;
  /** `-Q` omits them. */
  readonly showQueues: boolean;
  /** Owners are listed. */
  readonly processes: boolean;
  /** Of sstory, not of ss: sockets of several network namespaces are listed. */
  readonly showNetns?: boolean;
  /** Sockets of several hosts are listed. */
  readonly showHost?: boolean;
  /** Columns of the terminal; undefined in a pipe. */
  readonly screenWidth?: number | undefined;
  /**
   * The greatest width that each column has had, updated here: a table that is redrawn keeps its columns in place. Empty at
   * first.
   */
  readonly widest?: number[];
  /** The ss that is imitated. */
  readonly ss: SsTraits;
}

/** The columns that are shown, in their order. */
function shownColumns({ showState, showQueues, showNetns, showHost, processes, ss }: LayoutOptions): number[] {
  const hidden = new Set<number>();
  if (showHost !== true) hidden.add(HOST);
  if (showNetns !== true) hidden.add(NETNS);
  if (!showState) hidden.add(STATE);
  if (!showQueues) for (const index of QUEUES) hidden.add(index);
  if (!(ss.ownersApart && processes)) hidden.add(OWNERS);
  return STYLES.map((_, index) => index).filter((index) => !hidden.has(index));
}

function headerOf({ ss }: LayoutOptions): readonly string[] {
  return ss.ownersApart ? HEADER : OLDER_HEADER;
}

/**
 * The lines of a table, each with its line feed, in pieces of whole lines.
 * @param cells COLUMN_COUNT for each row
 */
export function* layOut(cells: CellBytes, options: LayoutOptions): Generator<Uint8Array> {
  const { screenWidth } = options;
  const shown = shownColumns(options);
  const header = headerOf(options);
  const widths = spread(keptWidths(naturalWidths(cells, shown, header, options), options.widest), shown, screenWidth);
  const bare = options.ss.bareEnds && screenWidth === undefined ? lastNamed(options) : undefined;
  const piece = new LinePiece(
    shown.map((index, place) => {
      const { gap, right = false } = style(index);
      return { index, width: index === bare ? 0 : (widths[index] ?? 0), gap: place === 0 ? 0 : gap.length, right };
    }),
  );
  if (options.header) piece.add(headerCells(header), 0);
  for (let row = 0; row * COLUMN_COUNT < cells.count; row++) {
    if (!piece.hasRoom(cells, row)) yield piece.take();
    piece.add(cells, row);
  }
  yield piece.take();
}

function headerCells(header: readonly string[]): CellBytes {
  const cells = new CellBytes(COLUMN_COUNT);
  for (const text of header) {
    cells.text(text);
    cells.endCell();
  }
  return cells;
}

function style(index: number): Style {
  return STYLES[index] ?? NO_STYLE;
}

/** The last column that has a name. */
function lastNamed({ processes }: LayoutOptions): number {
  return processes ? OWNERS : REMOTE_PORT;
}

/** The widest text of each column. As in ss, the details of the very last row do not count. */
function naturalWidths(
  cells: CellBytes,
  shown: readonly number[],
  header: readonly string[],
  options: LayoutOptions,
): number[] {
  const widths = header.map((text, index) => (options.header && shown.includes(index) ? text.length : 0));
  for (const index of shown) {
    const counted = index === DETAILS ? cells.count - COLUMN_COUNT : cells.count;
    let widest = widths[index] ?? 0;
    for (let cell = index; cell < counted; cell += COLUMN_COUNT)
      widest = Math.max(widest, cells.widths[cell] as number);
    widths[index] = widest;
  }
  return widths;
}

function keptWidths(widths: number[], widest: number[] | undefined): number[] {
  if (widest === undefined) return widths;
  for (const [index, width] of widths.entries()) widest[index] = Math.max(width, widest[index] ?? 0);
  return [...widest];
}

/**
 * Fills each line of a terminal: the columns that fit on a line share its spare width, and the remainder goes to the last of
 * them. A column without text gets nothing, and none is wider than the terminal: what is longer goes over its edge.
 */
function spread(widths: readonly number[], shown: readonly number[], screenWidth: number | undefined): number[] {
  const result = [...widths];
  if (screenWidth === undefined) return result;
  let line: number[] = [];
  let used = 0;
  const close = () => {
    const spare = Math.max(0, screenWidth - used);
    const share = line.length === 0 ? 0 : Math.floor(spare / line.length);
    const luckyFrom = line.length - (spare - share * line.length);
    for (const [place, index] of line.entries())
      result[index] = (result[index] ?? 0) + share + (place >= luckyFrom ? 1 : 0);
    line = [];
    used = 0;
  };
  for (const [place, index] of shown.entries()) {
    if (widths[index] === 0) continue;
    const gap = place === 0 ? 0 : style(index).gap.length;
    const width = Math.min(widths[index] ?? 0, Math.max(0, screenWidth - gap));
    result[index] = width;
    const needed = width + gap;
    if (line.length > 0 && used + needed > screenWidth) close();
    line.push(index);
    used += needed;
  }
  close();
  return result;
}
