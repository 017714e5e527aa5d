/** Moves that transfer data, and end lives. */
import { execa } from 'execa';
import { allHeld, type HeldLife, heldIn, type Move } from './move.js';
import { abort, closeLast, receiveReset, sendFin, sendToOrphan } from './segments.js';
import { ssEnd } from './ss-table.js';
import type { World } from './world.js';

const MOST_BYTES = 20_000;
const MOST_UNREAD = 40_000;
const SHUT_RD = 0;
const SHUT_WR = 1;
const SHUT_RDWR = 2;

const sending: Move = {
  name: 'send',
  weight: 14,
  play: async (world) => {
    const { dice } = world;
    const senders = heldIn(world, 'ESTAB', 'CLOSE-WAIT').filter(({ life }) => {
      const { peer } = life;
      return peer !== undefined && peer.unread < MOST_UNREAD && takes(world, life.peer);
    });
    const sender = dice.pick(senders);
    const receiver = sender?.life.peer;
    if (sender === undefined || receiver === undefined) return false;
    const { player, fd, life } = sender;
    const bytes = 1 + dice.below(MOST_BYTES);
    const report = await player.call('send', fd, bytes);
    if (receiver.heldUntil !== undefined) {
      sendToOrphan(world, life, receiver, bytes, report);
      await world.settle();
      return true;
    }
    life.sent += bytes;
    receiver.received += bytes;
    receiver.unread += bytes;
    life.dataUs = receiver.dataUs = report.toUs;
    const holder = dice.pick(allHeld(world).filter(({ socket }) => socket.life === receiver));
    if (holder === undefined || dice.chance(0.2)) return true;
    const wanted = dice.chance(0.8) ? receiver.unread : 1 + dice.below(receiver.unread);
    await holder.player.call('recv', holder.fd, wanted);
    receiver.unread -= wanted;
    return true;
  },
};

/** Whether the other end answers data as one expects: with an ACK, or a RST where nobody holds it. */
function takes(world: World, receiver: HeldLife['life'] | undefined): boolean {
  if (receiver === undefined || receiver.thread !== undefined) return false;
  const socket = world.socketOf(receiver);
  if (socket === undefined) return receiver.heldUntil === undefined || receiver.state === 'FIN-WAIT-2';
  return !socket.takesNothing && (receiver.state === 'ESTAB' || receiver.state === 'FIN-WAIT-2');
}

const shuttingDown: Move = {
  name: 'shutdown',
  weight: 7,
  play: async (world) => {
    const held = world.dice.pick(heldIn(world, 'ESTAB', 'CLOSE-WAIT'));
    if (held === undefined) return false;
    const { player, fd, life, socket } = held;
    const how = world.dice.one(SHUT_WR, SHUT_WR, SHUT_RD, SHUT_RDWR);
    const report = await player.call('shutdown', fd, how);
    if (how !== SHUT_WR) socket.takesNothing = true;
    if (how !== SHUT_RD) sendFin(world, life, report);
    await world.settle();
    return true;
  },
};

const closing: Move = {
  name: 'close',
  weight: 14,
  play: async (world) => {
    const all = allHeld(world);
    const listeners = new Set(heldIn(world, 'LISTEN').map(({ socket }) => socket));
    const held = world.dice.pick(all.filter(({ socket }) => !listeners.has(socket) || world.dice.chance(0.2)));
    if (held === undefined) return false;
    const { player, fd, socket } = held;
    if (socket.life?.state !== 'LISTEN' && world.dice.chance(0.2)) {
      await player.call('option', fd, 'linger', 0);
      socket.resets = true;
    }
    const { life } = socket;
    const report = await player.call('close', fd);
    if (world.drop(player, fd, report) && life !== undefined) closeLast(world, life, socket.resets, report);
    await world.settle();
    return true;
  },
};

/** connect(2) to AF_UNSPEC ends the connection, and keeps the socket. */
const disconnecting: Move = {
  name: 'disconnect',
  weight: 4,
  play: async (world) => {
    const held = world.dice.pick(heldIn(world, 'ESTAB', 'CLOSE-WAIT', 'FIN-WAIT-2', 'SYN-SENT'));
    if (held === undefined) return false;
    const { player, fd, life, socket } = held;
    const report = await player.call('unspec', fd);
    socket.needsUnspec = false;
    socket.takesNothing = false;
    abort(world, life, report);
    await world.settle();
    return true;
  },
};

const threadEnding: Move = {
  name: 'end a thread',
  weight: 2,
  play: async (world) => {
    const player = world.dice.pick(world.present.filter(({ threadLife }) => threadLife !== undefined));
    if (player?.threadLife === undefined) return false;
    const life = player.threadLife;
    const report = await player.call('thread-end');
    player.threadLife = undefined;
    if (life.isOpen && life.heldUntil === undefined) {
      life.heldUntil = { fromUs: report.fromUs, toUs: report.toUs };
      closeLast(world, life, false, report);
    }
    await world.settle();
    return true;
  },
};

/** `ss -K` of one end. */
const destroying: Move = {
  name: 'ss -K',
  weight: 1,
  play: async (world) => {
    const held = world.dice.pick(heldIn(world, 'ESTAB').filter(({ life }) => !life.place.isLeft));
    if (held === undefined) return false;
    const { life } = held;
    const { local, remote, place, peer } = life;
    const filter = ['src', '=', ssEnd(local.address, local.port), 'dst', '=', ssEnd(remote.address, remote.port)];
    const when = await world.during(() => execa('nsenter', [`--net=${place.path}`, 'ss', '-K', '-tn', ...filter]));
    life.reason = 'destroyed';
    life.events.push({ kind: 'error', detail: 'ECONNABORTED' });
    world.enter(life, 'UNCONN', when);
    if (peer !== undefined) receiveReset(world, peer, when);
    await world.settle();
    return true;
  },
};

export const CLOSING_MOVES: readonly Move[] = [sending, shuttingDown, closing, disconnecting, threadEnding, destroying];
