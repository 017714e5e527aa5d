/** What both ends of a connection say together. */
import type { ConnectionEvent } from '../../model/connection-event.js';
import type { CloseReason } from '../../model/stored-codes.js';
import type { HostStanding } from '../basis.js';
import type { Holder, ListenerThere } from './remote-host.js';
import { hereUs, overSinceUs, type Side, wasEstablished } from './side.js';

/** What is known of the host at the other end where it has no row of the connection. */
export type RemoteHost =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'several'; readonly hosts: readonly string[] }
  | {
      readonly kind: 'known';
      readonly holder: Holder;
      /** By a recorded name, which is the host's: no row of it has the address. */
      readonly byName: string | undefined;
      /** Of its record, over the life of the connection. */
      readonly standing: HostStanding;
      readonly completeUs: number;
      /** What it ships: `all`, or a choice. */
      readonly what: string;
    };

export interface EndsFacts {
  readonly here: Side;
  /** Undefined: no row was found, or several hosts have one. */
  readonly there: Side | undefined;
  /** It was found by one end and a port alone: inferred. */
  readonly isTranslated: boolean;
  /** Where several hosts have a row that fits. */
  readonly candidates: readonly Side[];
  readonly remote: RemoteHost;
  /** On the host of the server, where a process listens at its address and port. */
  readonly listener: ListenerThere | undefined;
  /** A RST that the server's host sent, of no connection. */
  readonly reset: ConnectionEvent | undefined;
}

export const VERDICTS = [
  'both agree',
  'not sent',
  'SYN lost',
  'SYN-ACK lost',
  'ACK lost',
  'queue full',
  'RST lost',
  'refused there',
  'refused on the way',
  'reset by an end',
  'reset on the way',
  'cut on the way',
  'half-open',
  'FIN lost',
  'waits for a process',
  'older connection there',
  'not there',
  'no such client',
  'too early',
  'not known',
  'other host not known',
  'several hosts',
] as const;
export type Verdict = (typeof VERDICTS)[number];

/** A packet and its answer take less, and so do the snapshots of a host, microseconds. */
const SETTLED_US = 1_000_000;
/** A request of a listener is seen by snapshots alone: some of them were taken in this time. */
const SEEN_US = 3_000_000;
/** Shorter ordinary connections may have been counted, not sent; longer ones are always sent. */
const ALWAYS_SENT_US = 10_000_000;

export function judge(facts: EndsFacts): Verdict {
  const { here, there, candidates } = facts;
  if (there !== undefined) return judgePair(here, there, facts);
  return candidates.length > 1 ? 'several hosts' : judgeAlone(facts);
}

/** Which is which: by the handshake of either. */
export function clientAndServer(here: Side, there: Side): readonly [client: Side, server: Side] {
  const isClient = here.role === 'client' || (here.role === undefined && there.role !== 'client');
  return isClient ? [here, there] : [there, here];
}

function judgePair(here: Side, there: Side, facts: EndsFacts): Verdict {
  const [client, server] = clientAndServer(here, there);
  const isFull = facts.listener?.full !== undefined;
  if (!wasEstablished(client)) {
    if (client.subject.ended?.reason === 'refused') return 'reset on the way';
    if (wasEstablished(server)) return isOlder(server, client) ? 'older connection there' : 'both agree';
    return client.subject.ageUs < SETTLED_US + client.clock.errorUs + server.clock.errorUs
      ? 'too early'
      : 'SYN-ACK lost';
  }
  if (!wasEstablished(server)) {
    if (isFull) return 'queue full';
    if (server.subject.ended?.reason === 'aborted') return 'reset by an end';
    return server.subject.ageUs < SETTLED_US ? 'too early' : 'ACK lost';
  }
  return judgeEnds(here, there);
}

function isOlder(server: Side, client: Side): boolean {
  const errorUs = server.clock.errorUs + client.clock.errorUs;
  return hereUs(server, server.connection.openedUs) < hereUs(client, client.connection.openedUs) - errorUs - SETTLED_US;
}

/** Both were established. */
function judgeEnds(here: Side, there: Side): Verdict {
  const [overHere, overThere] = [overSinceUs(here), overSinceUs(there)];
  if (overHere !== undefined && overThere !== undefined) return judgeOver(reasonOf(here), reasonOf(there));
  if (overHere === undefined && overThere === undefined) return judgeOpen(here, there);
  const closed = overHere === undefined ? there : here;
  const sinceUs = hereUs(closed, overHere ?? overThere ?? 0);
  const errorUs = here.clock.errorUs + there.clock.errorUs;
  if (hereUs(here, here.subject.atUs) - sinceUs > SETTLED_US + errorUs) return 'half-open';
  return reasonOf(closed) === 'timed out' ? 'cut on the way' : 'both agree';
}

/** In TIME-WAIT it was closed in order. */
function reasonOf({ subject }: Side): CloseReason {
  return subject.ended?.reason ?? 'orderly';
}

function judgeOver(here: CloseReason, there: CloseReason): Verdict {
  const reasons = [here, there];
  const resets = reasons.filter((reason) => reason === 'reset by peer').length;
  if (resets === 2) return 'reset on the way';
  if (resets === 1) return 'reset by an end';
  return reasons.some((reason) => reason === 'timed out' || reason === 'unreachable') ? 'cut on the way' : 'both agree';
}

function judgeOpen(here: Side, there: Side): Verdict {
  for (const [a, b] of [
    [here, there],
    [there, here],
  ] as const) {
    const isLong = a.subject.ageUs > SETTLED_US + here.clock.errorUs + there.clock.errorUs;
    if (!isLong) continue;
    if (a.subject.state === 'FIN-WAIT-1' && b.subject.state === 'ESTAB') return 'FIN lost';
    if (a.subject.state === 'LAST-ACK' && b.subject.state === 'FIN-WAIT-2') return 'FIN lost';
    if (a.subject.state === 'CLOSE-WAIT' && b.subject.state === 'FIN-WAIT-2') return 'waits for a process';
  }
  return 'both agree';
}

/** No row of another host fits. */
function judgeAlone({ here, remote, listener, reset }: EndsFacts): Verdict {
  if (here.subject.ended?.reason === 'failed') return 'not sent';
  if (remote.kind === 'unknown') return 'other host not known';
  if (remote.kind === 'several') return 'several hosts';
  const isProof = remote.standing === 'complete' && remote.byName === undefined;
  if (here.role === 'server' && !wasEstablished(here)) return isProof ? 'no such client' : 'not known';
  if (wasEstablished(here)) return isProof && isSent(here, remote.what) ? 'not there' : 'not known';
  if (here.subject.ended?.reason === 'refused') {
    if (reset !== undefined) return 'refused there';
    if (!isProof) return 'not known';
    return listener === undefined ? 'refused there' : 'refused on the way';
  }
  if (listener?.full !== undefined) return 'queue full';
  if (reset !== undefined) return 'RST lost';
  // One that waited for an answer for a second is slow, and sent; where only failures are, it may have been counted.
  if (!isProof || !(remote.what.includes('slow') || remote.what === 'all')) return 'not known';
  return here.subject.ageUs < SEEN_US ? 'too early' : 'SYN lost';
}

function isSent({ connection, subject }: Side, what: string): boolean {
  return what === 'all' || subject.atUs - connection.openedUs > ALWAYS_SENT_US + SETTLED_US;
}
