/** Network namespaces that end, lose their name, or live on by their sockets. */
import { execa } from 'execa';
import { accept, connect, listen, makeSocket } from './connecting.js';
import { heldIn, type Move } from './move.js';
import { Place } from './place.js';
import type { Player } from './player.js';
import { sendFin } from './segments.js';
import { StoryError, type World } from './world.js';

const SERVER = { address: '127.0.0.1', port: 7_000 };

/** A player in a namespace of its own, without a name. */
export async function unshared(world: World, comm: string): Promise<Player> {
  const player = await world.cast.start(comm, world.home);
  await player.call('unshare');
  const place = new Place(`unnamed ${world.places.length}`, `/proc/${player.pid}/ns/net`);
  world.places.push(place);
  player.place = place;
  world.players.push(player);
  return player;
}

/** Another one in the same. */
async function beside(world: World, player: Player, comm: string): Promise<Player> {
  const report = await player.call('fork', comm);
  const child = await world.casting.player(report.value, comm, player.place);
  world.players.push(child);
  return child;
}

/** A connection from one player to another one of its namespace. */
async function pair(world: World, server: Player, client: Player) {
  const listener = await listen(world, server, SERVER);
  if (listener === undefined) throw new StoryError(`the port is not free in ${server.place.title}`);
  const { fd } = await makeSocket(world, client, 4);
  const life = await connect(world, client, fd, { place: server.place, end: SERVER });
  const [held] = heldIn(world, 'LISTEN').filter((each) => each.life === listener);
  if (held === undefined || life === undefined) throw new StoryError(`no connection in ${server.place.title}`);
  const other = await accept(world, server, held.fd, listener);
  await world.settle();
  return { listener, life, other, fd };
}

/** All of it is over after some milliseconds: what is in TIME-WAIT ends with its namespace. */
const shortLived: Move = {
  name: 'short-lived namespace',
  weight: 3,
  play: async (world) => {
    const server = await unshared(world, 'short');
    const client = await beside(world, server, 'brief');
    const { place } = server;
    const { life, fd, other } = await pair(world, server, client);
    const isOrderly = world.dice.chance(0.6);
    if (isOrderly) {
      const report = await client.call('close', fd);
      world.drop(client, fd, report);
      sendFin(world, life, report);
      await world.settle();
      const held = heldIn(world, 'CLOSE-WAIT').find((each) => each.life === other);
      if (held === undefined) throw new StoryError(`${other} is not held`);
      const closed = await server.call('close', held.fd);
      world.drop(server, held.fd, closed);
      sendFin(world, other, closed);
      await world.settle();
    }
    await world.end(place, [client, server]);
    return true;
  },
};

/** Both processes go elsewhere, and keep their sockets: only these keep the namespace. */
const left: Move = {
  name: 'leave a namespace',
  weight: 3,
  play: async (world) => {
    if (world.places.length > 7 || world.present.length > 8) return false;
    const server = await unshared(world, 'helper');
    const client = await beside(world, server, 'guest');
    await pair(world, server, client);
    server.place.isAbandoned = true;
    for (const player of [server, client]) {
      await player.call('enter', world.home.path);
      player.place = world.home;
    }
    return true;
  },
};

/** `ip netns del`, while processes are in it. */
const unnamed: Move = {
  name: 'delete the name of a namespace',
  weight: 1,
  play: async (world) => {
    const name = world.names.pop();
    if (name === undefined) return false;
    await execa('ip', ['netns', 'del', name]);
    return true;
  },
};

export const NAMESPACE_MOVES: readonly Move[] = [shortLived, left, unnamed];
