import type { LoggedConnection } from '../model/connection.js';
import type { Step } from '../model/step.js';

/** The last line of a connection: its end, or where the newest come first, its opening. */
const LAST = {
  oldestFirst: ({ newState }: Step) => newState === 'UNCONN',
  newestFirst: ({ oldState }: Step) => oldState === 'UNCONN',
} as const;

export type LineOrder = keyof typeof LAST;

/** Parts of lines that all transitions of a connection share: built once, and kept until its last line. */
export class ConnectionParts<Parts> {
  private readonly known = new Map<number, { readonly connection: LoggedConnection; readonly parts: Parts }>();

  constructor(
    private readonly make: (connection: LoggedConnection, step: Step) => Parts,
    private readonly order: LineOrder = 'oldestFirst',
  ) {}

  /** The parts for the line of this step. */
  of(connection: LoggedConnection, step: Step): Parts {
    const { id } = connection;
    const known = this.known.get(id);
    const parts = known?.connection === connection ? known.parts : this.make(connection, step);
    if (LAST[this.order](step)) this.known.delete(id);
    else if (known?.connection !== connection) this.known.set(id, { connection, parts });
    return parts;
  }
}
