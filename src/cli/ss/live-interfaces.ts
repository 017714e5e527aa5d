import { openDiag } from '../../snapshot/dump.js';
import type { KnownRow } from '../../view/ss/shown-socket.js';
import { closing } from '../closing.js';

/** The names of the interfaces that current sockets are bound to, as their network namespaces have them. */
export class LiveInterfaces {
  private readonly places = new Map<KnownRow, string | undefined>();
  private readonly known = new Map<string, string | undefined>();

  /** A row that is bound to one. `path`: of its network namespace; undefined: this process's own. */
  add(row: KnownRow, path: string | undefined): void {
    this.places.set(row, path);
  }

  /** @throws SstoryError `netns` where the namespace cannot be entered any more */
  name(index: number, row: KnownRow): string | undefined {
    const path = this.places.get(row);
    const key = `${index} ${path ?? ''}`;
    if (!this.known.has(key)) this.known.set(key, readName(index, path));
    return this.known.get(key);
  }
}

function readName(index: number, path: string | undefined): string | undefined {
  const socket = openDiag(path === undefined ? {} : { netnsPath: path });
  using _socket = closing(socket);
  return socket.interfaceName(index);
}
