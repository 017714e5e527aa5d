/** Sockets as a table, as ss prints it. */
import { shownState } from '../../model/tcp-state.js';
import { type Names, writeLocalHost, writePort, writeRemoteHost } from './address-text.js';
import { CellBytes, NO_LABEL } from './cell-bytes.js';
import { type DetailOptions, detailParts, ownersText } from './details-text.js';
import { COLUMN_COUNT, type LayoutOptions, layOut } from './layout.js';
import { signed } from './number-text.js';
import { numberOf, type Part, readNumbers, writeParts } from './parts.js';
import type { ShownSocket } from './shown-socket.js';

export interface TableOptions extends DetailOptions, LayoutOptions {
  readonly names: Names;
}

/** The least width of the queue columns. */
const QUEUE_WIDTH = 6;
const UNKNOWN = '-';

/** The table as bytes of UTF-8, in pieces of whole lines. */
export function* tablePieces(sockets: Iterable<ShownSocket>, options: TableOptions): Generator<Uint8Array> {
  const cells = new CellBytes(COLUMN_COUNT);
  const details = detailParts(options);
  for (const socket of sockets) writeCells(cells, socket, options, details);
  yield* layOut(cells, options);
}

export function tableText(sockets: Iterable<ShownSocket>, options: TableOptions): string {
  return Buffer.concat([...tablePieces(sockets, options)]).toString();
}

/** Writes a row: COLUMN_COUNT cells. */
function writeCells(out: CellBytes, socket: ShownSocket, options: TableOptions, details: readonly Part[]): void {
  const { row } = socket;
  readNumbers(row);
  const { names } = options;
  if (options.showHost === true) out.text(socket.machine?.host ?? UNKNOWN);
  out.endCell();
  if (options.showNetns === true) out.text(socket.netnsName ?? String(socket.netns ?? UNKNOWN));
  out.endCell();
  out.text(shownState(row.state));
  out.endCell();
  writeQueue(out, numberOf('recvQ'));
  writeQueue(out, numberOf('sendQ'));
  writeLocalHost(out, row, names);
  out.endCell();
  writePort(out, numberOf('localPort'), names);
  out.endCell();
  writeRemoteHost(out, row, names);
  out.endCell();
  writePort(out, numberOf('remotePort'), names);
  out.endCell();
  if (options.ss.ownersApart) out.text(ownersText(socket, options));
  out.endCell();
  writeParts(out, socket, details);
  out.endCell();
}

function writeQueue(out: CellBytes, bytes: number): void {
  if (Number.isNaN(bytes)) out.text(UNKNOWN);
  else out.word(NO_LABEL, signed(bytes));
  out.endCell(QUEUE_WIDTH);
}
