/** Moves that begin lives which succeed. */
import { accept, bindTo, conclude, connect, familyOf, finish, listen, makeSocket, type Target } from './connecting.js';
import { allHeld, type Held, type HeldLife, heldIn, type Move } from './move.js';
import type { Place } from './place.js';
import type { Player } from './player.js';
import { asFamily, type End, type TrueLife } from './true-life.js';
import type { World } from './world.js';

/** Few, so that different namespaces and later lives have the same four-tuples. */
const SERVER_PORTS = [0, 7_000, 7_001, 7_002] as const;
const CLIENT_PORTS = [41_000, 41_001, 41_002] as const;
const LISTENING_PLACES = ['127.0.0.1', '0.0.0.0', '::1', '::'] as const;
/** Of a listener's backlog of 16. */
const MOST_WAITING = 6;

/** An address of a listener as one client reaches it; undefined: it cannot. */
export function reach(world: World, listener: TrueLife, from: Place): End | undefined {
  const { place, local, family } = listener;
  const { dice } = world;
  const { address, port } = local;
  const isNear = from === place;
  if (!isNear && (place.addresses.length === 0 || from.addresses.length === 0)) return undefined;
  const [far4 = '127.0.0.1', far6 = '::1'] = place.addresses;
  const isLoopback = place.addresses.length === 0 || (isNear && dice.chance(0.8));
  const [one4, one6] = isLoopback ? ['127.0.0.1', '::1'] : [far4, far6];
  const mapped = dice.chance(0.3) ? asFamily(one4, 6) : one4;
  if (address === '0.0.0.0') return { address: mapped, port };
  if (address === '::') return { address: dice.one(one6, mapped), port };
  if (!isNear && !place.addresses.includes(address)) return undefined;
  return { address: family === 4 && dice.chance(0.2) ? asFamily(address, 6) : address, port };
}

/** Where the client's own end is bound, if it is. */
function ownAddress(place: Place, { address }: End): string {
  const family = familyOf({ address });
  const isLoopback = address === '::1' || address.endsWith('127.0.0.1');
  const [far4 = '', far6 = ''] = place.addresses;
  if (isLoopback) return address;
  if (address.includes('.')) return asFamily(far4, family);
  return far6;
}

/** A listener that some player can reach, with that player, which does not hold it if that can be. */
export function reachable(world: World): { listener: HeldLife; client: Player; end: End } | undefined {
  const listeners = heldIn(world, 'LISTEN').filter(({ life }) => world.queueOf(life).length < MOST_WAITING);
  const listener = world.dice.pick(listeners);
  if (listener === undefined) return undefined;
  const others = world.makers.filter(
    (each) => ![...each.sockets.values()].some(({ socket }) => socket === listener.socket),
  );
  const client = world.dice.pick(others);
  const end = client === undefined ? undefined : reach(world, listener.life, client.place);
  return client === undefined || end === undefined ? undefined : { listener, client, end };
}

/** Connects a socket, blocking or not, and mostly accepts at the other end. True where it was established. */
export async function connectHeld(world: World, { player, fd, socket }: Held, target: Target): Promise<boolean> {
  if (!socket.isNonBlocking && world.dice.chance(0.4)) {
    await player.call('nonblock', fd);
    socket.isNonBlocking = true;
  }
  const life = await connect(world, player, fd, target);
  if (life === undefined) return false;
  if (life.state === 'SYN-SENT') await finish(world, player, fd, life, target);
  await world.settle();
  return life.state === 'ESTAB';
}

async function connectTo(world: World, client: Player, listener: HeldLife, end: End, port?: number): Promise<void> {
  const { socket, fd } = await makeSocket(world, client, familyOf(end));
  if (port !== undefined) await bindTo(client, socket, fd, { address: ownAddress(client.place, end), port });
  const target = { place: listener.life.place, end };
  const isEstablished = await connectHeld(world, { player: client, fd, socket }, target);
  if (isEstablished && world.dice.chance(0.75)) await acceptAll(world, listener);
}

/** Accepts what waits in a queue. */
export async function acceptAll(world: World, { player, fd, life }: HeldLife): Promise<void> {
  while (world.queueOf(life).length > 0) await accept(world, player, fd, life);
}

const listening: Move = {
  name: 'listen',
  weight: 5,
  play: async (world) => {
    const { dice } = world;
    const player = dice.pick(world.makers);
    if (player === undefined || heldIn(world, 'LISTEN').length > 8) return false;
    const address = dice.pick([...LISTENING_PLACES, ...player.place.addresses]) ?? '127.0.0.1';
    await listen(world, player, { address, port: dice.one(...SERVER_PORTS) });
    return true;
  },
};

const connecting: Move = {
  name: 'connect',
  weight: 16,
  play: async (world) => {
    const found = reachable(world);
    if (found === undefined) return false;
    const port = world.dice.chance(0.5) ? world.dice.one(...CLIENT_PORTS) : undefined;
    await connectTo(world, found.client, found.listener, found.end, port);
    return true;
  },
};

const accepting: Move = {
  name: 'accept',
  weight: 4,
  play: async (world) => {
    const waiting = heldIn(world, 'LISTEN').filter(({ life }) => world.queueOf(life).length > 0);
    const listener = world.dice.pick(waiting);
    if (listener === undefined) return false;
    await acceptAll(world, listener);
    return true;
  },
};

/** A socket whose last life is over connects again. */
const again: Move = {
  name: 'connect again',
  weight: 8,
  play: async (world) => {
    const idle = allHeld(world).filter(({ socket }) => socket.life === undefined && socket.hadLife);
    const held = world.dice.pick(idle);
    const found = reachable(world);
    if (held === undefined || found === undefined) return false;
    const end = reach(world, found.listener.life, held.socket.place);
    if (end === undefined || found.listener.player === held.player) return false;
    return connectAgain(world, held, { place: found.listener.life.place, end }, found.listener);
  },
};

/** False where its family or its bound address does not fit. */
export async function connectAgain(world: World, held: Held, target: Target, listener: HeldLife): Promise<boolean> {
  const { player, fd, socket } = held;
  const { end } = target;
  const address = asFamily(end.address, socket.family);
  if (familyOf({ address }) !== socket.family) return false;
  // Once it was connected to a v4-mapped address, the kernel sends all it does through IPv4 (tcp_v6_connect()).
  if (socket.family === 6 && address.includes('.') !== socket.wasMapped) return false;
  if (socket.boundTo !== undefined && socket.boundTo !== ownAddress(socket.place, end)) return false;
  if (socket.needsUnspec) await player.call('unspec', fd);
  socket.needsUnspec = false;
  const to = { ...target, end: { ...end, address } };
  if (await connectHeld(world, held, to)) await acceptAll(world, listener);
  return true;
}

/** The same four-tuple in two namespaces. */
const twins: Move = {
  name: 'same four-tuple twice',
  weight: 3,
  play: async (world) => {
    const { dice } = world;
    const port = dice.one(7_000, 7_001, 7_002);
    const local = dice.one(...CLIENT_PORTS);
    const places = [...new Set(world.makers.map(({ place }) => place))].filter(
      (place) => world.present.filter((player) => player.place === place).length > 1,
    );
    if (places.length < 2) return false;
    for (const place of places.slice(0, 2)) {
      const [server, client] = world.present.filter((player) => player.place === place);
      if (server === undefined || client === undefined) continue;
      const end = { address: '127.0.0.1', port };
      if (world.listenerAt(place, end) === undefined) await listen(world, server, end);
      const listener = heldIn(world, 'LISTEN').find(({ life }) => life === world.listenerAt(place, end));
      if (listener === undefined || listener.player === client) continue;
      await connectTo(world, client, listener, end, local);
    }
    return true;
  },
};

/** A thread with descriptors of its own: ss shows no owner. */
const threaded: Move = {
  name: 'connect in a thread',
  weight: 2,
  play: async (world) => {
    const found = reachable(world);
    if (found === undefined || found.client.threadLife !== undefined) return false;
    const { client, end, listener } = found;
    const { place } = listener.life;
    const report = await client.call('thread', end.address, end.port);
    const { local, inode, value: fd } = report;
    const family = familyOf(end);
    if (local === undefined) return false;
    const life = world.begin({ place: client.place, family, local, remote: end, origin: 'connect' }, undefined, report);
    life.inode = inode;
    life.thread = { pid: client.pid, comm: client.comm, fd };
    world.enter(life, 'SYN-SENT', report);
    conclude(world, life, { place, end }, report);
    client.threadLife = life;
    await world.settle();
    return true;
  },
};

export const OPENING_MOVES: readonly Move[] = [listening, connecting, accepting, again, twins, threaded];
