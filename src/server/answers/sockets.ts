import { parseFilter } from '../../filter/parse.js';
import { counted } from '../../model/counted.js';
import { usageError } from '../../model/error.js';
import { shownState, TCP_STATES } from '../../model/tcp-state.js';
import { localTime } from '../../model/time-text.js';
import { connectionIds } from '../../request/connection-ids.js';
import { pastTable, withFacts } from '../../request/past-sockets.js';
import { recordedMoment } from '../../request/recorded-window.js';
import { noteBeforeSnapshot, noteClockSetBack, notePruned } from '../../request/window-notes.js';
import { COLUMNS, type Column, columnOf } from '../../view/ss/columns.js';
import type { ShownSocket } from '../../view/ss/shown-socket.js';
import { traitsOf } from '../../view/ss/ss-traits.js';
import { tableText } from '../../view/ss/table-text.js';
import type { SocketTable } from '../contract.js';
import { type InRows, Rows } from '../pieces/rows.js';
import type { Asked } from './asked.js';
import { commandOver, timeWord } from './command-line.js';

const MOST_ROWS = 100_000;
/** Each with all its columns has 3 kB. */
const DEFAULT_ROWS = 10_000;

const NO_FLAGS = {
  ...{ timers: false, extended: false, memory: false, threads: false, contexts: false, info: false, tos: false },
  ...{ cgroup: false, socketOptions: false, oneLine: false, numeric: true },
} as const;

/** GET /api/ss: all TCP sockets of a moment. */
export async function sockets(asked: Asked): Promise<InRows<SocketTable>> {
  const { database, file, places, query, span, words } = asked;
  const us = recordedMoment('at', asked.timeText('at') ?? 'end', span, file, asked.note);
  notePruned(database, us, asked.note);
  const moment = { fromUs: us, toUs: us };
  const netns = asked.netns(moment);
  const filter = await asked.filter(moment, netns);
  const states = connectionIds(words) === undefined ? parseFilter([...words]).states : undefined;
  const table = pastTable(database, places, us, {
    ...{ filter, threads: false, facts: 'all' },
    states: states ?? new Set(TCP_STATES),
  });
  const loss = table.inGap ? '; the record has a gap here' : '';
  asked.note(`as of ${localTime(us)}, ${counted(table.sockets.length, 'socket')}${loss}`);
  noteBeforeSnapshot(database, us, await netns, asked.note);
  noteClockSetBack(database, moment, asked.note);
  const several = query.text('netns') === undefined;
  const oneState = states !== undefined && new Set([...states].map(shownState)).size === 1;
  const columns = columnsOf(query.text('columns'));
  const offset = query.whole('offset', { most: Number.MAX_SAFE_INTEGER, otherwise: 0 });
  const limit = query.whole('limit', { most: MOST_ROWS, otherwise: DEFAULT_ROWS });
  const shown = table.shown.slice(offset, offset + limit);
  const rest = table.shown.length - offset - shown.length;
  if (rest > 0) asked.note(`${counted(rest, 'more socket')}: limit shows more, offset the next ones`);
  return {
    at_us: us,
    command: commandOver(asked, ['ss', '-antp', '--at', timeWord(us)], { netnsAlways: true }),
    ...{ total: table.shown.length, offset },
    rows: Rows.of(shown.length, () => recordsOf(shown, columns)),
    ...(query.flag('text') ? { text: textOf(shown, { several, oneState }) } : {}),
    notes: asked.notes,
  };
}

/**
 * The columns with these keys; all without them.
 * @throws SstoryError `usage`
 */
function columnsOf(keys: string | undefined): readonly Column[] {
  if (keys === undefined) return COLUMNS;
  return keys.split(',').map((key) => {
    const column = columnOf(key);
    if (column !== undefined) return column;
    throw usageError(
      'usage',
      `columns: unknown column "${key}"`,
      `columns: ${COLUMNS.map((each) => each.key).join(' ')}`,
    );
  });
}

function* recordsOf(shown: readonly ShownSocket[], columns: readonly Column[]): Generator<Record<string, unknown>> {
  for (const socket of shown) yield record(socket, columns);
}

/** As a line of the command's `--json`. */
function record(socket: ShownSocket, columns: readonly Column[]): Record<string, unknown> {
  return Object.fromEntries(columns.map(({ key, value }) => [key, value(socket) ?? null]));
}

/** As `sstory ss -antp` prints it. */
function textOf(sockets: readonly ShownSocket[], { several, oneState }: { several: boolean; oneState: boolean }) {
  const listed = sockets.map((socket) => withFacts(socket, NO_FLAGS));
  const devices = new Map(listed.map(({ row, device }) => [row, device]));
  return tableText(listed, {
    ...NO_FLAGS,
    names: { port: () => undefined, host: () => undefined, interface: (_, row) => devices.get(row) },
    showState: !oneState,
    showNetns: several,
    ...{ processes: true, header: true, showQueues: true, screenWidth: undefined },
    ss: traitsOf(undefined),
  });
}
