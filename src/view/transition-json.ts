/** Transitions as JSON: stable keys, times in microseconds since the epoch with an ISO twin. */
import type { RecordedCgroup } from '../model/cgroup.js';
import type { LoggedConnection } from '../model/connection.js';
import type { Place, PlacesOf } from '../model/place.js';
import { jsonText } from '../model/printable.js';
import type { Step } from '../model/step.js';
import { shownState } from '../model/tcp-state.js';
import { isoTime } from '../model/time-text.js';
import { cgroupFields, connectionFields } from './connection-json.js';
import { ConnectionParts, type LineOrder } from './connection-parts.js';
import { endReason } from './log-line.js';
import { inOnePiece } from './text.js';

/** The members that all transitions of a connection share. */
interface Shared {
  readonly socket: string;
  readonly process: string;
  /** The name of the namespace in `socket`, which may be another one at the next transition. */
  readonly netnsName: string | undefined;
}

/** Of many connections that share a cgroup. */
const cgroupMembers = new WeakMap<RecordedCgroup, string>();

function membersOf(cgroup: RecordedCgroup | undefined): string {
  const known = cgroup && cgroupMembers.get(cgroup);
  if (known !== undefined) return known;
  const text = members(cgroupFields(cgroup));
  if (cgroup !== undefined) cgroupMembers.set(cgroup, text);
  return text;
}

function sharedMembers(connection: LoggedConnection, { netnsName, cgroup }: Place): Shared {
  const { id, origin, pid = null, comm = null } = connection;
  const socket = members({ connection_id: id, ...connectionFields(connection), netns_name: netnsName ?? null });
  return {
    socket: inOnePiece(`${socket},${membersOf(cgroup)}`),
    process: inOnePiece(members({ origin, pid, comm })),
    netnsName,
  };
}

/** The members of an object, without its braces. */
function members(value: object): string {
  return jsonText(value).slice(1, -1);
}

/** Writes many transitions, one line of JSON each; the members that those of a connection share are built once. */
export class TransitionObjects {
  private readonly shared: ConnectionParts<Shared>;

  constructor(
    private readonly places: PlacesOf<LoggedConnection>,
    order?: LineOrder,
  ) {
    this.shared = new ConnectionParts(
      (connection, { atUs }) => sharedMembers(connection, places.at(connection, atUs)),
      order,
    );
  }

  line(connection: LoggedConnection, step: Step): string {
    const shared = this.shared.of(connection, step);
    const isSame = shared.netnsName === this.places.netnsNameAt(connection, step.atUs);
    return lineOf(connection, step, isSame ? shared : sharedMembers(connection, this.places.at(connection, step.atUs)));
  }
}

/** A transition as one line of JSON. */
function lineOf(connection: LoggedConnection, step: Step, shared: Shared): string {
  const { atUs, notBeforeUs = null, oldState, newState, source } = step;
  const reason = endReason(connection, step);
  return (
    `{"type":"transition","at_us":${atUs},"at":"${isoTime(atUs)}","not_before_us":${notBeforeUs},${shared.socket},` +
    `"old_state":"${shownState(oldState)}","new_state":"${shownState(newState)}","source":"${source}",${shared.process},` +
    `"close_reason":${reason === '' ? 'null' : `"${reason}"`}}`
  );
}
