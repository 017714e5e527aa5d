/** The name of a connection's peer, where it moved to another address. */
import type { Connection } from '../../model/connection.js';
import type { NameAt } from '../../query/name-history.js';
import type { Marker } from '../contract.js';
import type { Pixels } from './pixels.js';

type Opened = Pick<Connection, 'origin' | 'openedUs' | 'closedUs'>;

/** A name that was seen to end. */
type EndedName = NameAt & { readonly toUs: number };

const isEnded = (name: NameAt | undefined): name is EndedName => name?.ended !== undefined && name.toUs !== undefined;
/** Only a process that connects chooses the address. */
const chose = ({ origin }: Opened): boolean => origin === 'connect';

/** Whether the process connected to an address that the name had lost. `name`: as of the opening. */
export function isStale(connection: Opened, name: NameAt | undefined): name is EndedName {
  return chose(connection) && name?.status === 'ended' && isEnded(name);
}

/** Where the connect used a stale name, or the name moved while the connection was open. */
export function nameMarkers(connection: Opened, name: NameAt | undefined, pixels: Pixels): Marker[] {
  if (!chose(connection) || !isEnded(name)) return [];
  const { openedUs, closedUs = Number.POSITIVE_INFINITY } = connection;
  const [us, kind] = name.status === 'ended' ? [openedUs, 'stale-name'] : [name.toUs, 'name-moved'];
  const { fromUs, toUs } = pixels.window;
  if (us < fromUs || us > toUs || (kind === 'name-moved' && us >= closedUs)) return [];
  return [[pixels.at(us), kind, 1]];
}
