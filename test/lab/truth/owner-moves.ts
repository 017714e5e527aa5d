/** Moves after which other processes hold sockets, or the same under another name. */
import { setImmediate } from 'node:timers/promises';
import { allHeld, type Move } from './move.js';
import type { Player } from './player.js';
import { closeLast } from './segments.js';
import type { TrueLife } from './true-life.js';
import type { When, World } from './world.js';

export const COMMS = ['java', 'nginx', 'worker', 'proxy', 'relay'] as const;
const MOST_PLAYERS = 10;

const forking: Move = {
  name: 'fork',
  weight: 5,
  play: async (world) => {
    const parent = world.dice.pick(world.present);
    if (parent === undefined || world.present.length >= MOST_PLAYERS) return false;
    const comm = world.dice.one(...COMMS);
    const report = await parent.call('fork', comm);
    const child = await world.casting.player(report.value, comm, parent.place);
    world.players.push(child);
    // The child names itself when it begins.
    const when = { fromUs: report.fromUs, toUs: world.clockUs() };
    for (const [fd, { socket, closesOnExec }] of parent.sockets) world.hold(socket, child, fd, when, closesOnExec);
    return true;
  },
};

const duplicating: Move = {
  name: 'dup',
  weight: 3,
  play: async (world) => {
    const held = world.dice.pick(allHeld(world));
    if (held === undefined) return false;
    const report = await held.player.call('dup', held.fd);
    world.hold(held.socket, held.player, report.value, report);
    world.unannounced(held.socket, report);
    return true;
  },
};

const passing: Move = {
  name: 'pass a descriptor',
  weight: 5,
  play: async (world) => {
    const { dice } = world;
    const held = dice.pick(allHeld(world));
    const taker = dice.pick(world.present.filter((player) => player !== held?.player));
    if (held === undefined || taker === undefined) return false;
    const { player, fd, socket } = held;
    await player.call('pass', fd, taker.pid);
    const closesFirst = dice.chance(0.3) && socket.descriptors.length > 0;
    if (!closesFirst) {
      const taken = await taker.call('take');
      world.hold(socket, taker, taken.value, taken);
      world.unannounced(socket, taken);
      if (dice.chance(0.6)) {
        const closed = await player.call('close', fd);
        world.drop(player, fd, closed);
        world.unannounced(socket, closed);
      }
      return true;
    }
    const closed = await player.call('close', fd);
    // It is in a message: nobody holds it, and it is not closed.
    const { life } = socket;
    world.drop(player, fd, closed);
    if (life !== undefined) life.heldUntil = undefined;
    const taken = await taker.call('take');
    world.hold(socket, taker, taken.value, taken);
    world.unannounced(socket, taken);
    return true;
  },
};

const renaming: Move = {
  name: 'rename',
  weight: 3,
  play: async (world) => {
    const player = world.dice.pick(world.present);
    const comm = world.dice.one(...COMMS);
    if (player === undefined || player.comm === comm) return false;
    const report = await player.call('rename', comm);
    world.rename(player, comm, report);
    for (const { socket } of player.sockets.values()) world.unannounced(socket, report);
    return true;
  },
};

/** The file's name becomes the name of the process. */
const executing: Move = {
  name: 'exec',
  weight: 4,
  play: async (world) => {
    const player = world.dice.pick(world.present.filter(({ threadLife }) => threadLife === undefined));
    if (player === undefined) return false;
    const going = [...player.sockets].filter(([, { closesOnExec }]) => closesOnExec).map(([fd]) => fd);
    if (!mayLose(world, player, going)) return false;
    const comm = world.dice.one(...COMMS);
    const report = await player.call('exec', `${world.casting.directory}/${comm}`, comm);
    loseAll(world, player, going, report);
    world.rename(player, comm, report);
    await world.settle();
    return true;
  },
};

const killing: Move = {
  name: 'kill',
  weight: 3,
  play: async (world) => {
    const player = world.dice.pick(world.present);
    if (player === undefined || world.present.length < 4 || !mayGo(world, player)) return false;
    const isViolent = world.dice.chance(0.7);
    const when = await world.during(async () => {
      if (isViolent) process.kill(player.pid, 'SIGKILL');
      else player.leave();
      await hasEnded(player.pid);
    });
    player.isGone = true;
    const { threadLife } = player;
    player.threadLife = undefined;
    loseAll(world, player, [...player.sockets.keys()], when);
    if (threadLife?.isOpen === true && threadLife.heldUntil === undefined) {
      threadLife.heldUntil = { ...when };
      closeLast(world, threadLife, false, when);
    }
    await world.settle();
    return true;
  },
};

/** Its sockets are closed when it is a zombie, or gone. */
async function hasEnded(pid: number): Promise<void> {
  const { isRunning } = await import('./process-end.js');
  while (isRunning(pid)) await setImmediate();
}

/** One player of a place must stay, or its sockets cannot be asked about. */
function mayGo(world: World, player: Player): boolean {
  const others = world.present.filter((each) => each !== player && each.place === player.place);
  return others.length > 0 && mayLose(world, player, [...player.sockets.keys()]);
}

/** Both ends of a connection at once: in which order the kernel closes and delivers is not known. */
function mayLose(world: World, player: Player, descriptors: readonly number[]): boolean {
  const lost = new Set<TrueLife>();
  for (const fd of descriptors) {
    const socket = player.sockets.get(fd)?.socket;
    const goes = socket?.descriptors.every((each) => each.player === player && descriptors.includes(each.fd));
    if (socket?.life === undefined || goes !== true) continue;
    lost.add(socket.life);
    if (socket.life.state === 'LISTEN') for (const life of world.queueOf(socket.life)) lost.add(life);
  }
  if (player.threadLife !== undefined) lost.add(player.threadLife);
  return ![...lost].some(({ peer }) => peer !== undefined && lost.has(peer));
}

function loseAll(world: World, player: Player, descriptors: readonly number[], when: When): void {
  for (const fd of descriptors.toSorted((a, b) => a - b)) {
    const socket = player.sockets.get(fd)?.socket;
    const life = socket?.life;
    if (socket !== undefined && world.drop(player, fd, when) && life !== undefined)
      closeLast(world, life, socket.resets, when);
  }
}

export const OWNER_MOVES: readonly Move[] = [forking, duplicating, passing, renaming, executing, killing];
