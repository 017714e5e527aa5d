/** The owner of a connection that no accept(2) was seen to return: by io_uring, by a 32-bit system call, or where the event was lost. */
import type { Owner } from '../model/owner.js';
import type { TransitionEvent } from '../model/probe-event.js';
import type { TcpState } from '../model/tcp-state.js';
import type { Ledger } from './ledger.js';
import type { TrackedSocket } from './tracked-socket.js';

/** States in which a connection can be accepted and used. */
const USED: ReadonlySet<TcpState> = new Set<TcpState>(['ESTAB', 'CLOSE-WAIT']);

/**
 * A system call works on a connection: some process has accepted it. The listener's owner is taken over where all listeners of the
 * address have the same. What is left without a descriptor counts as inferred (`isInferredOpener`).
 */
export function inferOwner(
  ledger: Ledger,
  socket: TrackedSocket,
  { inProcess, oldState }: TransitionEvent,
  ownerOf: (listener: TrackedSocket) => Owner | undefined,
): void {
  if (!inProcess || socket.pid !== undefined || socket.origin !== 'accept' || !USED.has(oldState)) return;
  const owners = listenersOf(ledger, socket).map(ownerOf);
  const [owner] = owners;
  if (owner === undefined || owners.some((other) => other?.pid !== owner.pid)) return;
  socket.pid = owner.pid;
  socket.comm = owner.comm;
}

/** Those of its own address; without one, those of every address. */
function listenersOf({ table }: Ledger, { netns, tuple }: TrackedSocket): readonly TrackedSocket[] {
  const { family, localAddr, localPort } = tuple;
  const any = family === 4 ? '0.0.0.0' : '::';
  const at = (address: string) =>
    table
      .withTuple(netns, { family, localAddr: address, localPort, remoteAddr: any, remotePort: 0 })
      .filter(({ state }) => state === 'LISTEN');
  const own = at(localAddr);
  return own.length > 0 ? own : at(any);
}
