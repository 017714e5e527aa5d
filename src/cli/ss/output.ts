/** Shows sockets in the requested format. */
import type { Column } from '../../view/ss/columns.js';
import type { KnownRow, ShownSocket } from '../../view/ss/shown-socket.js';
import type { SsTraits } from '../../view/ss/ss-traits.js';
import { type TableOptions, tablePieces } from '../../view/ss/table-text.js';
import { type SsFlags, usage } from './flags.js';
import { installedSs } from './installed-ss.js';
import { nameSources } from './shown-names.js';

/** Sockets, and what is needed to show them. */
export interface Listing {
  /** In the order in which they are shown. They may be made each time that they are gone through. */
  readonly sockets: Iterable<ShownSocket>;
  /** All have the one state that was selected: the column is omitted, as in ss. */
  readonly oneState: boolean;
  readonly interfaceName: (index: number, row: KnownRow) => string | undefined;
  /** Of several network namespaces: they get a column. */
  readonly showNetns?: boolean;
  /** Of several hosts: they get a column. */
  readonly showHost?: boolean;
  /** Recorded host names; if defined, no resolver is asked. */
  readonly hostName?: TableOptions['names']['host'];
}

export async function show(listing: Listing, flags: SsFlags): Promise<void> {
  for (const piece of await listingPieces(listing, flags)) if (piece.length > 0) process.stdout.write(piece);
}

/** The listing as it is written to stdout. */
export async function listingText(listing: Listing, flags: SsFlags): Promise<string> {
  const pieces = [...(await listingPieces(listing, flags))];
  return Buffer.concat(pieces.map((piece) => Buffer.from(piece))).toString();
}

async function listingPieces(listing: Listing, flags: SsFlags): Promise<Iterable<string | Uint8Array>> {
  const { sockets, interfaceName, hostName } = listing;
  if (flags.format !== 'text' || flags.columns !== undefined) return [await recordsText(listing, flags)];
  const { port, host } = await nameSources(sockets, { ...flags, resolve: flags.resolve && hostName === undefined });
  const names = { port, host: hostName ?? host, interface: interfaceName };
  return tablePieces(sockets, tableOptions(flags, listing, names));
}

function tableOptions(
  flags: SsFlags,
  { oneState, showNetns = false, showHost = false }: Listing,
  names: TableOptions['names'],
): TableOptions {
  const ss = installedSs();
  return {
    ...flags,
    names,
    showState: !oneState,
    showNetns,
    showHost,
    screenWidth: screenWidth(ss),
    ss,
  };
}

/** undefined: as wide as the text. The newer ss takes COLUMNS as C reads a number: its digits, and nothing else of it. */
function screenWidth({ columnsVariable }: SsTraits): number | undefined {
  if (process.stdout.isTTY) return process.stdout.columns;
  const columns = columnsVariable ? Number(/^\s*\+?(\d+)/.exec(process.env['COLUMNS'] ?? '')?.[1] ?? 0) : 0;
  return columns > 0 ? columns : undefined;
}

async function recordsText({ sockets: listed, showHost }: Listing, flags: SsFlags): Promise<string> {
  const sockets = [...listed];
  const { COLUMNS: ofSockets, FLEET_COLUMNS, columnIn } = await import('../../view/ss/columns.js');
  const { csvHeader, csvLine, jsonLine, plainTable } = await import('../../view/ss/records.js');
  const all = showHost === true ? [...FLEET_COLUMNS, ...ofSockets] : ofSockets;
  const columns = flags.columns?.map((key) => columnIn(all, key) ?? noColumn(key, all)) ?? all;
  if (flags.format === 'json') return sockets.map((socket) => `${jsonLine(socket, columns)}\n`).join('');
  if (flags.format === 'text') return plainTable(sockets, columns, flags.header);
  const lines = sockets.map((socket) => csvLine(socket, columns));
  return [...(flags.header ? [csvHeader(columns)] : []), ...lines].map((line) => `${line}\r\n`).join('');
}

function noColumn(key: string, columns: readonly Column[]): never {
  throw usage(`--columns: unknown column "${key}"`, `columns: ${columns.map((each) => each.key).join(' ')}`);
}
