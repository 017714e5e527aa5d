import type { Actor } from '../../lab/actor.js';
import type { Netns } from '../../lab/netns.js';
import type { Stage } from '../../lab/stage.js';

/** An incident under way, in a network namespace of its own. */
export interface Incident {
  readonly netns: Netns;
  /** As SQL that returns a row: it has lasted long enough to be seen. */
  readonly lasts: string;
  /** Ends what was wrong, and what it was made of. */
  readonly end: () => Promise<void>;
  /** What the list of `explain --all` must begin with, in any order, and no other trouble may be there. */
  readonly kinds: readonly string[];
  /** What its text must say: the cause. */
  readonly cause: readonly RegExp[];
}

export interface Script {
  readonly name: string;
  readonly begin: (stage: Stage, directory: string, recorded: (sql: string) => boolean) => Promise<Incident>;
}

export const LOOPBACK = '127.0.0.1';

/** A connection between two processes, accepted. */
export async function pair(
  client: Actor,
  server: Actor,
  listener: number,
  port: number,
): Promise<{ fd: number; accepted: number; localPort: number }> {
  const fd = await client.socket();
  const { errno, localPort } = await client.connect(fd, LOOPBACK, port);
  if (errno !== 0) throw new Error(`connect to port ${port}: errno ${errno}`);
  return { fd, localPort, accepted: (await server.accept(listener)).fd };
}

/** Connects without waiting for the answer. */
export async function begin(client: Actor, address: string, port: number): Promise<number> {
  const fd = await client.socket();
  await client.nonBlocking(fd);
  await client.connect(fd, address, port);
  return fd;
}
