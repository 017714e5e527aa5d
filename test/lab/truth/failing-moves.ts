/** Connects that do not succeed. */
import { bindTo, conclude, connect, familyOf, finish, makeSocket } from './connecting.js';
import { allHeld, type Held, heldIn, type Move } from './move.js';
import { connectAgain, connectHeld, reach } from './opening-moves.js';
import type { Place } from './place.js';
import type { World } from './world.js';

/** What the packet filter of a story's places does with connects to these ports. */
export const FILTERED = [
  { port: 9_300, verdict: 'drop' },
  { port: 9_400, verdict: 'reject with icmpx type host-unreachable' },
  { port: 9_401, verdict: 'reject with icmpx type port-unreachable' },
  { port: 9_402, verdict: 'reject with icmpx type admin-prohibited' },
  { port: 9_403, verdict: 'reject with tcp reset' },
] as const;

const DROPPED = FILTERED[0].port;
/** Nobody listens there. */
const CLOSED = 9_100;
const UNROUTED = '203.0.113.9';

/** A socket of some player, and an address of its own place or of the one beside it. */
async function attempt(world: World, places: readonly Place[]) {
  const { dice } = world;
  const player = dice.pick(world.makers.filter(({ place }) => places.includes(place)));
  if (player === undefined) return undefined;
  const { place } = player;
  const address = dice.one('127.0.0.1', '::1', '::ffff:127.0.0.1');
  const { socket, fd } = await makeSocket(world, player, familyOf({ address }));
  const held: Held = { player, fd, socket };
  return { held, place, address };
}

const refused: Move = {
  name: 'refused',
  weight: 6,
  play: async (world) => {
    const made = await attempt(world, world.places);
    if (made === undefined) return false;
    const { held, place, address } = made;
    if (world.dice.chance(0.3)) await bindTo(held.player, held.socket, held.fd, { address, port: 41_000 });
    await connectHeld(world, held, { place, end: { address, port: CLOSED + world.dice.below(3) } });
    if (world.dice.chance(0.5)) await retry(world, held);
    return true;
  },
};

/** As a program does that connects in a loop: the same socket, at once. */
async function retry(world: World, held: Held): Promise<void> {
  const listeners = heldIn(world, 'LISTEN').filter(
    ({ player, life }) => player !== held.player && life.place === held.socket.place,
  );
  const listener = world.dice.pick(listeners);
  const end = listener === undefined ? undefined : reach(world, listener.life, held.socket.place);
  if (listener === undefined || end === undefined) return;
  await connectAgain(world, held, { place: held.socket.place, end }, listener);
}

const rejected: Move = {
  name: 'rejected',
  weight: 4,
  play: async (world) => {
    const made = await attempt(world, world.filtered);
    if (made === undefined) return false;
    const { held, place, address } = made;
    const { port } = world.dice.pick(FILTERED.slice(1)) ?? FILTERED[1];
    await connectHeld(world, held, { place, end: { address, port } });
    if (world.dice.chance(0.5)) await retry(world, held);
    return true;
  },
};

/** Its SYN is dropped: it stays in SYN-SENT until it is closed, or the kernel gives up. */
const dropped: Move = {
  name: 'dropped',
  weight: 4,
  play: async (world) => {
    const made = await attempt(world, world.filtered);
    if (made === undefined) return false;
    const { player, fd, socket } = made.held;
    await player.call('nonblock', fd);
    socket.isNonBlocking = true;
    if (!world.hasTimedOut && world.dice.chance(0.5)) {
      await player.call('option', fd, 'syncnt', 1);
      socket.givesUp = true;
      world.hasTimedOut = true;
    }
    const life = await connect(world, player, fd, { place: made.place, end: { address: made.address, port: DROPPED } });
    if (life !== undefined) life.lossy = true;
    if (life !== undefined && socket.givesUp) await giveUp(world, made.held, made.place);
    return true;
  },
};

/** Waits for ETIMEDOUT. */
async function giveUp(world: World, { player, fd, socket }: Held, place: Place): Promise<void> {
  const { life } = socket;
  if (life === undefined) return;
  const end = { address: life.remote.address, port: life.remote.port };
  const report = await player.ask('finish', fd);
  conclude(world, life, { place, end }, { ...report, fromUs: life.opened.toUs });
  await world.settle();
}

const unrouted: Move = {
  name: 'no route',
  weight: 2,
  play: async (world) => {
    const idle = allHeld(world).filter(
      ({ socket }) => socket.life === undefined && socket.family === 4 && !socket.hadLife && !socket.wasAccepted,
    );
    const player = world.dice.pick(world.makers);
    if (player === undefined) return false;
    const made = world.dice.pick(idle) ?? { player, ...(await makeSocket(world, player, 4)) };
    if (made.socket.boundTo !== undefined) return false;
    const target = { place: made.socket.place, end: { address: UNROUTED, port: 9_200 } };
    const life = await connect(world, made.player, made.fd, target);
    if (life !== undefined) await finish(world, made.player, made.fd, life, target);
    return true;
  },
};

/** The client's four-tuple is in TIME-WAIT: it is used again, or the call fails. */
const reused: Move = {
  name: 'four-tuple in TIME-WAIT',
  weight: 6,
  play: async (world) => {
    const { dice } = world;
    const waits = world.open.filter(({ state, origin, local, place }) => {
      return state === 'TIME-WAIT' && origin === 'connect' && local.port < 42_000 && !place.isLeft;
    });
    const life = dice.pick(waits);
    const listener = heldIn(world, 'LISTEN').find(
      (each) =>
        life !== undefined && each.life.place === life.place && world.listenerAt(life.place, life.remote) === each.life,
    );
    const player = dice.pick(world.makers.filter(({ place }) => place === life?.place));
    if (life === undefined || listener === undefined || player === undefined || listener.player === player)
      return false;
    const { socket, fd } = await makeSocket(world, player, life.family);
    if ((await bindTo(player, socket, fd, life.local)) !== 0) return true;
    await connectHeld(world, { player, fd, socket }, { place: life.place, end: life.remote });
    return true;
  },
};

export const FAILING_MOVES: readonly Move[] = [refused, rejected, dropped, unrouted, reused];
