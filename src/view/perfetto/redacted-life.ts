/** A connection as a trace for others shows it: `--redact`. */
import type { Connection } from '../../model/connection.js';
import type { ConnectionEvent } from '../../model/connection-event.js';
import type { AddressPermutation } from '../../query/redaction/address-permutation.js';
import { redactedRow } from '../../query/redaction/redaction.js';
import type { Life } from '../../query/timeline.js';

/** Without names and places, with other addresses. */
export function redactedLife({ connection, stays, otherEvents }: Life, addresses: AddressPermutation): Life {
  const event = (each: ConnectionEvent) => redactedEvent(each, addresses);
  return {
    connection: redactedConnection(connection, addresses),
    stays: stays.map((stay) => ({ ...stay, events: stay.events.map(event) })),
    otherEvents: otherEvents.map(event),
    place: { netnsName: undefined, cgroup: undefined },
  };
}

function redactedConnection(connection: Connection, addresses: AddressPermutation): Connection {
  const redacted = redactedRow({ kind: 'connection', row: connection }, addresses);
  if (redacted?.kind !== 'connection') throw new TypeError('a connection without a row');
  return redacted.row;
}

export function redactedEvent(event: ConnectionEvent, addresses: AddressPermutation): ConnectionEvent {
  const redacted = redactedRow({ kind: 'event', row: event }, addresses);
  if (redacted?.kind !== 'event') throw new TypeError('an event without a row');
  return redacted.row;
}
