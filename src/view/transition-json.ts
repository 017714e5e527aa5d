/** Transitions as JSON: stable keys, times in microseconds since the epoch with an ISO twin. */
import type { RecordedCgroup } from '../model/cgroup.js';
import type { LoggedConnection } from '../model/connection.js';
import { jsonText } from '../model/printable.js';
import type { Step } from '../model/step.js';
import { shownState } from '../model/tcp-state.js';
import { isoTime } from '../model/time-text.js';
import type { Places } from '../query/places.js';
import { cgroupFields, connectionFields } from './connection-json.js';
import { ConnectionParts } from './connection-parts.js';
import { endReason } from './log-line.js';
import { inOnePiece } from './text.js';

/** The members that all transitions of a connection share. */
interface Shared {
  readonly socket: string;
  readonly cgroup: string;
  readonly process: string;
}

function sharedMembers(connection: LoggedConnection, cgroup: RecordedCgroup | undefined): Shared {
  const { id, origin, pid = null, comm = null } = connection;
  return {
    socket: inOnePiece(members({ connection_id: id, ...connectionFields(connection) })),
    cgroup: inOnePiece(members(cgroupFields(cgroup))),
    process: inOnePiece(members({ origin, pid, comm })),
  };
}

/** The members of an object, without its braces. */
function members(value: object): string {
  return jsonText(value).slice(1, -1);
}

/** Writes many transitions, one line of JSON each; the members that those of a connection share are built once. */
export class TransitionObjects {
  private readonly shared: ConnectionParts<Shared>;

  constructor(private readonly places: Places) {
    this.shared = new ConnectionParts((connection) => sharedMembers(connection, places.cgroupOf(connection)));
  }

  line(connection: LoggedConnection, step: Step): string {
    const netnsName = this.places.namespaces.nameAt(connection.netns, step.atUs);
    return lineOf(connection, step, netnsName, this.shared.of(connection, step));
  }
}

/** A transition as one line of JSON. */
function lineOf(connection: LoggedConnection, step: Step, netnsName: string | undefined, shared: Shared): string {
  const { atUs, notBeforeUs = null, oldState, newState, source } = step;
  const reason = endReason(connection, step);
  return (
    `{"type":"transition","at_us":${atUs},"at":"${isoTime(atUs)}","not_before_us":${notBeforeUs},${shared.socket},` +
    `"netns_name":${netnsName === undefined ? 'null' : jsonText(netnsName)},${shared.cgroup},` +
    `"old_state":"${shownState(oldState)}","new_state":"${shownState(newState)}","source":"${source}",${shared.process},` +
    `"close_reason":${reason === '' ? 'null' : `"${reason}"`}}`
  );
}
