import type { Player, TrueSocket } from './player.js';
import type { TrueLife } from './true-life.js';
import type { World } from './world.js';

/** Something that a story can do next. */
export interface Move {
  readonly name: string;
  /** How often it is chosen. */
  readonly weight: number;
  /** False where nothing is there to do it with: then nothing was done. */
  readonly play: (world: World) => Promise<boolean>;
}

/** A socket in the hands of a player. */
export interface Held {
  readonly player: Player;
  readonly fd: number;
  readonly socket: TrueSocket;
}

/** A socket with a life, in the hands of a player. */
export interface HeldLife extends Held {
  readonly life: TrueLife;
}

/** All descriptors of all players. */
export function allHeld(world: World): Held[] {
  return world.present.flatMap((player) => [...player.sockets].map(([fd, { socket }]) => ({ player, fd, socket })));
}

/** Those whose sockets are in one of these states. */
export function heldIn(world: World, ...states: readonly string[]): HeldLife[] {
  return allHeld(world).flatMap((held) => {
    const { life } = held.socket;
    return life !== undefined && states.includes(life.state) ? [{ ...held, life }] : [];
  });
}
