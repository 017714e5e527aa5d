/** Sockets as a table, as ss prints it. */
import { printable } from '../../model/printable.js';
import { shownState } from '../../model/tcp-state.js';
import { inOnePiece } from '../text.js';
import { localHost, type Names, portText, remoteHost } from './address-text.js';
import { type DetailOptions, detailsText, ownersText } from './details-text.js';
import { type Cells, type LayoutOptions, layOut } from './layout.js';
import { signed } from './number-text.js';
import type { ShownSocket } from './shown-socket.js';

export interface TableOptions extends DetailOptions, LayoutOptions {
  readonly names: Names;
}

/** The least width of the queue columns. */
const QUEUE_WIDTH = 6;
const UNKNOWN = '-';

export function tableText(sockets: readonly ShownSocket[], options: TableOptions): string {
  return layOut(
    sockets.map((socket) => cellsOf(socket, options)),
    options,
  );
}

function cellsOf(socket: ShownSocket, options: TableOptions): Cells {
  const { row } = socket;
  const { names } = options;
  return [
    options.showHost === true ? printable(socket.machine?.host ?? UNKNOWN) : '',
    options.showNetns === true ? printable(socket.netnsName ?? String(socket.netns ?? UNKNOWN)) : '',
    shownState(row.state),
    queueText(row.recvQ),
    queueText(row.sendQ),
    localHost(row, names),
    portText(row.tuple.localPort, names),
    remoteHost(row, names),
    portText(row.tuple.remotePort, names),
    options.ss.ownersApart ? inOnePiece(ownersText(socket, options)) : '',
    inOnePiece(detailsText(socket, options)),
  ];
}

function queueText(bytes: number | undefined): string {
  return (bytes === undefined ? UNKNOWN : signed(bytes)).padEnd(QUEUE_WIDTH);
}
