import type { LoggedConnection } from '../model/connection.js';
import type { Step } from '../model/step.js';

/** Parts of lines that all transitions of a connection share: built once, and kept until the connection closes. */
export class ConnectionParts<Parts> {
  private readonly known = new Map<number, { readonly connection: LoggedConnection; readonly parts: Parts }>();

  constructor(private readonly make: (connection: LoggedConnection, step: Step) => Parts) {}

  /** The parts for the line of this step. */
  of(connection: LoggedConnection, step: Step): Parts {
    const { id } = connection;
    const known = this.known.get(id);
    const parts = known?.connection === connection ? known.parts : this.make(connection, step);
    if (step.newState === 'UNCONN') this.known.delete(id);
    else if (known?.connection !== connection) this.known.set(id, { connection, parts });
    return parts;
  }
}
