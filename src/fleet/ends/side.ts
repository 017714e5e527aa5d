/** One end of a connection, as its host recorded it. */
import { type Subject, subjectAt } from '../../explain/subject.js';
import type { Connection } from '../../model/connection.js';
import type { TcpState } from '../../model/tcp-state.js';
import type { FleetConnection, Machine } from '../connection-of-row.js';
import type { ClockDifference } from './clocks.js';

export type Role = 'client' | 'server';

export interface Side {
  readonly machine: Machine;
  readonly connection: Connection;
  readonly place: FleetConnection['place'];
  /** As of the instant that is explained, by the clock of its host. */
  readonly subject: Subject;
  /** Its clock minus that of the host that is explained. */
  readonly clock: ClockDifference;
  /** Undefined: the record began after the handshake. */
  readonly role: Role | undefined;
}

/** @param atUs by the clock of its host; an end that was not open yet is taken as it opened */
export function sideOf({ machine, connection, place }: FleetConnection, atUs: number, clock: ClockDifference): Side {
  const subject = subjectAt(connection, Math.max(atUs, connection.openedUs));
  if (subject === undefined) throw new RangeError('a connection exists when it opens');
  return { machine, connection, place, subject, clock, role: roleOf(connection) };
}

function roleOf({ origin, steps }: Connection): Role | undefined {
  if (origin === 'connect' || steps.some(({ newState }) => newState === 'SYN-SENT')) return 'client';
  if (origin === 'accept' || steps.some(({ newState }) => IN_HANDSHAKE.has(newState))) return 'server';
  return undefined;
}

const IN_HANDSHAKE: ReadonlySet<TcpState> = new Set<TcpState>(['SYN-SENT', 'SYN-RECV', 'NEW-SYN-RECV']);

/** Whether it was in a state that follows the handshake, by that instant. */
export function wasEstablished({ connection, subject }: Side): boolean {
  return connection.steps.some(
    ({ newState, atUs }) => atUs <= subject.atUs && newState !== 'UNCONN' && !IN_HANDSHAKE.has(newState),
  );
}

/** When it was over: it ended, or waits in TIME-WAIT. Microseconds by its host's clock; undefined: it was open. */
export function overSinceUs({ subject }: Side): number | undefined {
  if (subject.state === 'TIME-WAIT') return subject.since?.atUs;
  return subject.ended?.atUs;
}

/** A time of its host's clock by that of the host that is explained. */
export function hereUs({ clock }: Side, us: number): number {
  return us - clock.offsetUs;
}
