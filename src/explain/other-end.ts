/** The other end of a connection, where it is on this host too. */
import type { Connection } from '../model/connection.js';
import { storedForms } from './address-forms.js';
import type { ExplainContext } from './context.js';
import { socketsBetweenPorts } from './sockets-with-ports.js';

/** As it was at an instant; in another network namespace too, if its addresses and ports fit. */
export function otherEndOf(
  context: ExplainContext,
  { id, netns, tuple }: Connection,
  atUs: number,
): Connection | undefined {
  const forms = (param: string) => `IN (SELECT value FROM json_each(@${param}))`;
  const condition = {
    sql: `local_addr ${forms('here')} AND remote_addr ${forms('there')} AND local_port = @herePort AND remote_port = @therePort`,
    params: {
      here: storedForms([tuple.remoteAddr]),
      there: storedForms([tuple.localAddr]),
      herePort: tuple.remotePort,
      therePort: tuple.localPort,
    },
    ports: { remote: tuple.localPort, local: tuple.remotePort },
  };
  const found = socketsBetweenPorts(context, condition, atUs)
    .map(({ connection }) => connection)
    .filter((other) => other.id !== id);
  return found.find((other) => other.netns === netns) ?? found[0];
}
