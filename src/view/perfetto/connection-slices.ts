/** A connection on its track: its states one after the other, and what happened to it. */
import type { Connection } from '../../model/connection.js';
import type { ConnectionEvent } from '../../model/connection-event.js';
import type { Interval } from '../../model/interval.js';
import { isInferredOpener } from '../../model/owner.js';
import { shownState } from '../../model/tcp-state.js';
import { isoTime } from '../../model/time-text.js';
import type { Stay } from '../../query/stays.js';
import type { Life } from '../../query/timeline.js';
import type { Annotations, PacketWriter } from './packet-writer.js';

/** What a trace shows of a connection. */
export interface ShownConnection {
  readonly life: Life;
  readonly track: number;
  /** Stays are cut at its ends, and events outside it are left out. */
  readonly window: Interval;
  /** The name that its peer had when it was opened. */
  readonly remoteName: string | undefined;
}

/** Writes the slices and instants of one connection. */
export function writeConnection(writer: PacketWriter, shown: ShownConnection): void {
  const { life, track, window } = shown;
  const { connection, stays } = life;
  const closed = endOf(connection, window);
  // Times of one track never go back: the UI would nest the slices.
  let reachedUs = window.fromUs;
  let facts: Annotations | undefined = factsOf(shown);
  const instant = (event: ConnectionEvent) => {
    if (event.atUs < window.fromUs || event.atUs > window.toUs) return;
    writer.event({ ...instantOf(event), track, atUs: event.atUs, type: 'instant' });
  };
  for (const stay of stays) {
    const fromUs = Math.max(stay.fromUs, reachedUs);
    const toUs = Math.max(fromUs, Math.min(stay.toUs ?? window.toUs, window.toUs));
    if (stay.fromUs > window.toUs || (stay.toUs ?? window.toUs) < window.fromUs) continue;
    const annotations = { ...facts, ...stayAnnotations(stay, window) };
    facts = undefined;
    writer.event({
      track,
      atUs: fromUs,
      type: 'sliceBegin',
      name: shownState(stay.state),
      category: 'state',
      annotations,
    });
    for (const event of stay.events) instant(event);
    writer.event({ track, atUs: toUs, type: 'sliceEnd' });
    reachedUs = toUs;
  }
  for (const event of life.otherEvents) instant(event);
  if (closed !== undefined) {
    const annotations = { ...facts, ...closed.annotations };
    writer.event({ track, atUs: closed.atUs, type: 'instant', name: closed.name, category: 'end', annotations });
  }
}

/** Its end, if that is within the window. */
function endOf(connection: Connection, window: Interval) {
  const { closedUs, closedNotBeforeUs, closedSource, closeReason = 'unknown' } = connection;
  if (closedUs === undefined || closedUs < window.fromUs || closedUs > window.toUs) return undefined;
  const annotations = closedNotBeforeUs === undefined ? {} : inferred(closedSource, closedNotBeforeUs);
  return { atUs: closedUs, name: `closed: ${closeReason}`, annotations };
}

/** What is the same in all of its states stands at the first one. */
function factsOf({ life: { connection, place }, remoteName }: ShownConnection): Annotations {
  const { id, tuple, origin, closeReason, pid, comm, uid } = connection;
  return {
    connection: id,
    local_addr: tuple.localAddr,
    local_port: tuple.localPort,
    remote_addr: tuple.remoteAddr,
    remote_port: tuple.remotePort,
    remote_name: remoteName,
    origin,
    close_reason: closeReason,
    pid,
    comm,
    owner_inferred: isInferredOpener(connection) ? true : undefined,
    uid,
    netns: connection.netns,
    netns_name: place.netnsName,
    container: place.cgroup?.container,
    unit: place.cgroup?.unit,
    bytes_sent: connection.bytesSent,
    bytes_received: connection.bytesReceived,
    retransmits: connection.retransmits,
    rtt_us: connection.rttUs,
  };
}

function stayAnnotations(stay: Stay, window: Interval): Annotations {
  const { fromUs, toUs, notBeforeUs, toNotBeforeUs, source } = stay;
  return {
    ...(notBeforeUs === undefined ? {} : inferred(source, notBeforeUs)),
    end_source: toNotBeforeUs === undefined ? undefined : 'inferred',
    end_earliest: toNotBeforeUs === undefined ? undefined : earliest(toNotBeforeUs),
    /** It is cut at the end of what is recorded, or of the window. */
    open: toUs === undefined ? true : undefined,
    began: fromUs < window.fromUs ? isoTime(fromUs) : undefined,
    ended: toUs !== undefined && toUs > window.toUs ? isoTime(toUs) : undefined,
  };
}

function inferred(source: string | undefined, notBeforeUs: number): Annotations {
  return { source: 'inferred', inferred_from: source, earliest: earliest(notBeforeUs) };
}

function earliest(notBeforeUs: number): string {
  return notBeforeUs === 0 ? 'no bound' : isoTime(notBeforeUs);
}

/** `retransmit SYN`, `reset received`, `error ECONNREFUSED`, with the whole text beside it. */
export function instantOf({ kind, detail }: ConnectionEvent) {
  const [first = ''] = detail.split(' ', 1);
  return { name: `${kind} ${first}`.trim(), category: kind, annotations: { detail } };
}
