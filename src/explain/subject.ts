/** A connection as it was at an instant: the subject of an explanation. */

import type { Connection } from '../model/connection.js';
import { endpoint } from '../model/four-tuple.js';
import { isInferredOpener } from '../model/owner.js';
import type { Step } from '../model/step.js';
import type { CloseReason } from '../model/stored-codes.js';
import type { TcpState } from '../model/tcp-state.js';
import { at, type Evidence, type Piece, words } from './sentence.js';

export interface Subject {
  readonly connection: Connection;
  /** The instant that it is explained for, microseconds. */
  readonly atUs: number;
  /** The state at that instant, or the last one before its end; `UNCONN`: it never was in another (its connect failed at once). */
  readonly state: TcpState;
  /** The step into that state, and its place among the connection's steps. */
  readonly since: Step | undefined;
  readonly index: number;
  /** The step into UNCONN, if it had ended by then. */
  readonly end: Step | undefined;
  /** Had ended by then, and why. */
  readonly ended: { readonly atUs: number; readonly reason: CloseReason } | undefined;
  /** How long it was (or has been) in the state. */
  readonly ageUs: number;
}

/** The connection as of `atUs`; undefined where it did not exist yet. */
export function subjectAt(connection: Connection, atUs: number): Subject | undefined {
  if (connection.openedUs > atUs) return undefined;
  const { steps, closedUs, closeReason } = connection;
  const ended =
    closedUs !== undefined && closedUs <= atUs ? { atUs: closedUs, reason: closeReason ?? 'unknown' } : undefined;
  const index = steps.findLastIndex((step) => step.atUs <= atUs && step.newState !== 'UNCONN');
  const since = steps[index];
  const next = steps[index + 1];
  const end = ended !== undefined && next?.newState === 'UNCONN' ? next : undefined;
  return {
    connection,
    atUs,
    state: since?.newState ?? 'UNCONN',
    since,
    index,
    end,
    ended,
    ageUs: since === undefined ? 0 : (ended?.atUs ?? atUs) - since.atUs,
  };
}

/** `java[42]`; `process 42` where its name is not known (an extract without names). */
export function processText(comm: string | null | undefined, pid: number): string {
  return comm == null || comm === '' ? `process ${pid}` : `${comm}[${pid}]`;
}

/** `java[42]`, `java[42] (which listens)` if it is inferred, or `its process (unknown)`. */
export function ownerOf(connection: Connection): string {
  const { pid, comm } = connection;
  if (pid === undefined) return 'its process (unknown)';
  return `${processText(comm, pid)}${isInferredOpener(connection) ? ' (which listens)' : ''}`;
}

export function peerOf({ tuple }: Connection): string {
  return endpoint(tuple.remoteAddr, tuple.remotePort);
}

export function localEndOf({ tuple }: Connection): string {
  return endpoint(tuple.localAddr, tuple.localPort);
}

/** The transition into the state, as evidence. */
export function sinceEvidence({ connection, since, index }: Subject): Evidence[] {
  return since === undefined
    ? []
    : [{ kind: 'transition', connectionId: connection.id, index: index + 1, step: since }];
}

/** The transition into UNCONN, as evidence. */
export function endEvidence({ connection, end, index }: Subject): Evidence[] {
  if (end !== undefined) return [{ kind: 'transition', connectionId: connection.id, index: index + 2, step: end }];
  return connection.closedUs === undefined
    ? []
    : [{ kind: 'connection', connectionId: connection.id, atUs: connection.closedUs }];
}

/** `at T`; `at T at the latest (seen by a snapshot)` of what was inferred. */
export function whenOf({ atUs, notBeforeUs, source }: Pick<Step, 'atUs' | 'notBeforeUs' | 'source'>): Piece[] {
  if (notBeforeUs === undefined) return words`at ${at(atUs)}`;
  const seen = source === 'timer' ? 'inferred from a kernel timer of known length' : 'seen by a snapshot';
  if (notBeforeUs === 0) return words`at ${at(atUs)} at the latest (${seen})`;
  return words`at ${at(atUs)} at the latest, not before ${at(notBeforeUs)} (${seen})`;
}
