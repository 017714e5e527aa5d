/** The screen of replay and live: the socket table with its changes. */
import { printable } from '../model/printable.js';
import { shownState, type TcpState } from '../model/tcp-state.js';
import type { ChangeMark } from '../query/replay/replay-table.js';
import type { Ink } from './ink.js';
import type { ShownSocket } from './ss/shown-socket.js';
import { traitsOf } from './ss/ss-traits.js';
import { type TableOptions, tableText } from './ss/table-text.js';
import { cellCount, cutToCells } from './terminal-cells.js';

export interface ScreenRow {
  readonly socket: ShownSocket;
  readonly mark: ChangeMark | undefined;
}

export interface SocketScreen {
  /** The command and the time shown. */
  readonly title: string;
  /** The share of the replay that is done, 0 to 1; undefined without an end. */
  readonly progress: number | undefined;
  readonly counts: ReadonlyMap<TcpState, number>;
  /** What limits the table: gaps, a recorder that has ended. */
  readonly warning: string | undefined;
  /** The rows that fit, see `fitOf`. */
  readonly rows: readonly ScreenRow[];
  /** The index, among all rows, of the first that is shown. */
  readonly firstRow: number;
  readonly rowCount: number;
  /** The latest lines of the log, oldest first. */
  readonly recent: readonly string[];
  /** Instead of rows. */
  readonly help: readonly string[] | undefined;
  readonly footer: string;
}

export interface ScreenSize {
  readonly width: number;
  readonly height: number;
}

/** Title, counts, header and footer. */
const FIXED_LINES = 4;
const FEWEST_ROWS = 3;
const MOST_RECENT = 6;
/** The least height with the latest transitions below the table. */
const HEIGHT_WITH_RECENT = 16;
const NARROWEST_PROGRESS = 12;
const MARKS: Readonly<Record<ChangeMark, string>> = { new: '+', changed: '*', gone: '-' };

const TABLE: Omit<TableOptions, 'widest'> = {
  names: { port: () => undefined, host: () => undefined, interface: () => undefined },
  header: true,
  showState: true,
  showQueues: true,
  processes: true,
  memory: false,
  info: false,
  tos: false,
  cgroup: false,
  socketOptions: false,
  oneLine: true,
  numeric: true,
  timers: true,
  extended: false,
  ages: true,
  // Of the older look: the owners and what follows them take as much space as they need.
  ss: { ...traitsOf(undefined), ownersApart: false, bareEnds: false },
};

/** How many sockets and how many lines of the log fit on a screen. */
export function fitOf({ height }: ScreenSize): { readonly rows: number; readonly recent: number } {
  const recent = height < HEIGHT_WITH_RECENT ? 0 : Math.min(MOST_RECENT, Math.floor(height / 5));
  const ruled = recent === 0 ? 0 : recent + 1;
  return { rows: Math.max(FEWEST_ROWS, height - FIXED_LINES - ruled), recent };
}

/**
 * The lines of a screen: as many as its height, none wider than its width.
 * @param widest kept by the caller from one drawing to the next, see LayoutOptions
 */
export function screenLines(screen: SocketScreen, size: ScreenSize, ink: Ink, widest: number[]): string[] {
  const { rows: rowRoom, recent: recentRoom } = fitOf(size);
  const cut = (text: string) => cutToCells(printable(text), size.width);
  const body = screen.help === undefined ? tableLines(screen, size.width, ink, widest) : ['', ...screen.help.map(cut)];
  const lines = [
    ink.inverse(titleLine(screen, size.width)),
    countsLine(screen, size.width, ink),
    ...filled(body, rowRoom + 1),
  ];
  if (recentRoom > 0) {
    lines.push(ink.faint('-'.repeat(size.width)));
    lines.push(...filled(screen.recent.slice(-recentRoom).map(cut), recentRoom));
  }
  lines.push(ink.faint(cut(screen.footer)));
  // On a very low screen the footer is more useful than the last rows.
  return lines.length > size.height ? [...lines.slice(0, Math.max(0, size.height - 1)), lines.at(-1) ?? ''] : lines;
}

function filled(lines: readonly string[], count: number): string[] {
  return Array.from({ length: count }, (_, index) => lines[index] ?? '');
}

function titleLine({ title, progress }: SocketScreen, width: number): string {
  const room = width - title.length - 3;
  if (progress === undefined || room < NARROWEST_PROGRESS) return title.slice(0, width).padEnd(width);
  const full = Math.round(Math.min(1, Math.max(0, progress)) * room);
  return `${title} [${'#'.repeat(full)}${'.'.repeat(room - full)}]`;
}

/** The warning, which rows of how many are shown, and the states with their counts. */
function countsLine(screen: SocketScreen, width: number, ink: Ink): string {
  const { counts, warning, rows, firstRow, rowCount } = screen;
  const parts: (readonly [plain: string, inked: string])[] = [];
  let left = width;
  const add = (text: string, look: (text: string) => string) => {
    const gap = parts.length === 0 ? '' : '  ';
    const fitting = cutToCells(text, Math.max(0, left - gap.length));
    if (fitting === '') return;
    left -= gap.length + cellCount(fitting);
    parts.push([gap + fitting, gap + look(fitting)]);
  };
  if (warning !== undefined) add(printable(warning), ink.strong);
  if (rows.length < rowCount) add(`rows ${firstRow + 1}-${firstRow + rows.length} of ${rowCount}`, ink.strong);
  if (counts.size === 0) add('no sockets', (text) => text);
  for (const [state, count] of [...counts].sort(([, a], [, b]) => b - a)) {
    add(`${state} ${count}`, (text) => ink.state(state, text));
  }
  return parts.map(([, text]) => text).join('');
}

function tableLines({ rows }: SocketScreen, width: number, ink: Ink, widest: number[]): string[] {
  const text = tableText(
    rows.map(({ socket }) => socket),
    { ...TABLE, widest },
  );
  const [header = '', ...lines] = text.split('\n');
  // ss leaves no space here if ports are short: it relies on a layout spread over the screen.
  const spaced = header.replace('PortProcess', 'Port Process');
  return [
    ink.strong(`  ${spaced}`.slice(0, width).trimEnd()),
    ...rows.map((row, index) => rowLine(row, lines[index] ?? '', width, ink)),
  ];
}

/** An uncertain row is marked before its state too: the end of the line may be cut off. */
function rowLine({ socket, mark }: ScreenRow, text: string, width: number, ink: Ink): string {
  const sign = mark === undefined ? ' ' : MARKS[mark];
  const line = cutToCells(`${sign}${socket.history?.mark === undefined ? ' ' : '~'}${text}`, width).trimEnd();
  const stateEnd = 2 + shownState(socket.row.state).length;
  const look = mark === undefined ? (part: string) => part : mark === 'gone' ? ink.faint : ink.strong;
  return look(line.slice(0, 2)) + ink.state(socket.row.state, line.slice(2, stateEnd)) + look(line.slice(stateEnd));
}
