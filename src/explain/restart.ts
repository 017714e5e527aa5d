/** A listener of this host that was closed and opened again: what failed meanwhile belongs to its restart. */
import type { Connection } from '../model/connection.js';
import type { ExplainContext } from './context.js';
import { accepts } from './listeners.js';
import { isOwnAddress } from './own-address.js';
import { at, type Evidence, lasting, type Sentence, sentence, words } from './sentence.js';
import { localEndOf, ownerOf, type Subject } from './subject.js';

/** A process that ends resets its connections before its listener is gone. */
export const BEFORE_US = 1_000_000;
/** What was refused at the last moment ends shortly after. */
export const AFTER_US = 100_000;

/** No listener accepted connections to the address and port from one time to the other. */
export interface Restart {
  readonly before: Connection;
  readonly after: Connection;
  readonly goneUs: number;
  readonly backUs: number;
}

/** The restarts among the listeners of one port; a port with several listeners is gone with the last of them. */
export function restartsOf(listeners: readonly Connection[]): Restart[] {
  const inOrder = [...listeners].sort((a, b) => a.openedUs - b.openedUs);
  return inOrder.flatMap((before) => {
    const { closedUs: goneUs } = before;
    if (goneUs === undefined) return [];
    const alike = inOrder.filter((other) => other !== before && sharesAddress(before, other));
    const isCovered = alike.some(
      ({ openedUs, closedUs }) => openedUs < goneUs && (closedUs === undefined || closedUs > goneUs),
    );
    const after = alike.find(({ openedUs }) => openedUs >= goneUs);
    return isCovered || after === undefined ? [] : [{ before, after, goneUs, backUs: after.openedUs }];
  });
}

function sharesAddress(a: Connection, b: Connection): boolean {
  return accepts(a, b.tuple.localAddr) || accepts(b, a.tuple.localAddr);
}

/** The restart in which a connection of this host to this host failed. */
export function explainRestart({ connection, ended }: Subject, context: ExplainContext): Sentence[] {
  const { netns, tuple, origin } = connection;
  const failed = ended?.reason === 'refused' || ended?.reason === 'reset by peer' || ended?.reason === 'aborted';
  if (ended === undefined || !failed) return [];
  const inbound = origin === 'accept';
  if (!inbound && !isOwnAddress(connection)) return [];
  if (inbound && ended.reason !== 'aborted') return [];
  const [address, port] = inbound ? [tuple.localAddr, tuple.localPort] : [tuple.remoteAddr, tuple.remotePort];
  const listeners = context
    .listeners(netns, port, context.atUs, connection.openedUs)
    .filter((each) => accepts(each, address));
  const restart = restartsOf(listeners).find(
    ({ goneUs, backUs }) => ended.atUs >= goneUs - BEFORE_US && ended.atUs <= backUs + AFTER_US,
  );
  return restart === undefined ? [] : [restarted(restart)];
}

export function restarted({ before, after, goneUs, backUs }: Restart): Sentence {
  const evidence: Evidence[] = [
    { kind: 'connection', connectionId: before.id, atUs: goneUs },
    { kind: 'connection', connectionId: after.id, atUs: backUs },
  ];
  return sentence(
    words`${ownerOf(before)} stopped listening on ${localEndOf(before)} at ${at(goneUs)} (#${before.id}); ${ownerOf(after)} has listened there since ${at(backUs)} (#${after.id}), ${lasting(backUs - goneUs)} later. In between, the kernel of this host refused connections.`,
    ...evidence,
  );
}
