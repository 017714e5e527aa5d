/** Listening, connecting and accepting: every way in which a life begins. */
import type { Family } from '../../../src/model/address.js';
import type { CloseReason } from '../../../src/model/stored-codes.js';
import { codeOfState } from '../../../src/model/tcp-state.js';
import type { Place } from './place.js';
import { type Player, TrueSocket } from './player.js';
import type { Report } from './player-connection.js';
import { receiveReset } from './segments.js';
import { asFamily, type End, nobody, sameEnd, type TrueLife } from './true-life.js';
import { StoryError, type When, type World } from './world.js';

const EACCES = 13;
const ENETUNREACH = 101;
const EADDRNOTAVAIL = 99;
const ECONNABORTED = 103;
const ETIMEDOUT = 110;
const ECONNREFUSED = 111;
const EHOSTUNREACH = 113;
const EINPROGRESS = 115;

/** How a connect can fail, and the reason that must be recorded where it is clear. */
const FAILURES: Readonly<Record<number, { readonly name: string; readonly reason?: CloseReason }>> = {
  [EACCES]: { name: 'EACCES' },
  [EADDRNOTAVAIL]: { name: 'EADDRNOTAVAIL' },
  [ENETUNREACH]: { name: 'ENETUNREACH' },
  [ECONNABORTED]: { name: 'ECONNABORTED' },
  [ETIMEDOUT]: { name: 'ETIMEDOUT', reason: 'timed out' },
  [ECONNREFUSED]: { name: 'ECONNREFUSED', reason: 'refused' },
  [EHOSTUNREACH]: { name: 'EHOSTUNREACH', reason: 'unreachable' },
};

export function familyOf({ address }: Pick<End, 'address'>): Family {
  return address.includes(':') ? 6 : 4;
}

/** A socket of a player. */
export async function makeSocket(world: World, player: Player, family: Family, closesOnExec = world.dice.chance(0.5)) {
  const report = await player.call('socket', family, closesOnExec ? 1 : 0);
  const socket = world.made(player, report, family, closesOnExec);
  return { socket, fd: report.value };
}

export async function bindTo(player: Player, socket: TrueSocket, fd: number, end: End): Promise<number> {
  await player.call('option', fd, 'reuseaddr', 1);
  const report = await player.ask('bind', fd, end.address, end.port);
  socket.boundTo = report.errno === 0 ? end.address : undefined;
  return report.errno;
}

/** A listener; undefined where another one has the address. */
export async function listen(world: World, player: Player, local: End): Promise<TrueLife | undefined> {
  const family = familyOf(local);
  const { socket, fd } = await makeSocket(world, player, family);
  if ((await bindTo(player, socket, fd, local)) !== 0) {
    world.drop(player, fd, await player.call('close', fd));
    return undefined;
  }
  const report = await player.call('listen', fd, 16);
  const life = world.begin(
    { place: player.place, family, local: report.local ?? local, remote: nobody(family), origin: 'listen' },
    socket,
    report,
  );
  world.enter(life, 'LISTEN', report);
  return life;
}

/** Where a socket connects to: an address in a place. */
export interface Target {
  readonly place: Place;
  readonly end: End;
}

/** connect(2), to its end or not. The life that began; undefined where the call failed at once. */
export async function connect(world: World, player: Player, fd: number, target: Target): Promise<TrueLife | undefined> {
  const socket = player.sockets.get(fd)?.socket;
  if (socket === undefined) throw new StoryError(`${player} has no socket ${fd}`);
  if (socket.place === world.home) throw new StoryError(`${player} would connect from the namespace of the test`);
  const { address, port } = target.end;
  const call = await player.ask('connect', fd, address, port);
  const { family } = socket;
  const begin = (local: End, remote: End) => {
    const life = world.begin({ place: socket.place, family, local, remote, origin: 'connect' }, socket, call);
    life.opener = { pid: player.pid, comm: player.comm, fd };
    return life;
  };
  const remote = { address: asFamily(address, family), port };
  const local = call.local ?? nobody(family);
  if (call.errno === ENETUNREACH || call.errno === EADDRNOTAVAIL || call.errno === ECONNABORTED) {
    const failed = begin(local, remote);
    failed.optional = true;
    failed.events.push({ kind: 'connect', detail: FAILURES[call.errno]?.name ?? '' });
    world.enter(failed, 'UNCONN', call);
    socket.life = undefined;
    return undefined;
  }
  const life = begin(local, remote);
  socket.hadLife = true;
  socket.wasMapped = remote.address.includes('.');
  socket.needsUnspec = call.errno === 0 || call.errno === EINPROGRESS;
  world.enter(life, 'SYN-SENT', call);
  if (call.errno === EINPROGRESS) return life;
  conclude(world, life, target, call);
  return life;
}

/** Waits for the end of a connect that is under way. */
export async function finish(world: World, player: Player, fd: number, life: TrueLife, target: Target): Promise<void> {
  const report = await player.ask('finish', fd);
  const from = life.opened.fromUs;
  conclude(world, life, target, { ...report, fromUs: from });
}

/** What became of a connect. */
export function conclude(world: World, life: TrueLife, target: Target, report: Report): void {
  const { errno } = report;
  const when: When = report;
  if (errno === 0) {
    establish(world, life, target, when);
    return;
  }
  const failure = FAILURES[errno];
  if (failure === undefined) throw new StoryError(`connecting to ${target.end.address}: errno ${errno}`);
  life.reason = failure.reason;
  life.events.push({ kind: 'error', detail: failure.name });
  // A soft error: SO_ERROR had it, and the socket is in SYN-SENT until its next SYN is answered in the same way.
  if (report.state === codeOfState('SYN-SENT')) world.enterLater(life, 'UNCONN', report);
  else world.enter(life, 'UNCONN', when);
}

/** The handshake is complete: the other end has a life too. A TIME-WAIT that had one of the four-tuples has ended. */
function establish(world: World, client: TrueLife, { place, end }: Target, when: When): void {
  world.enter(client, 'ESTAB', when);
  const listener = world.listenerAt(place, end);
  if (listener === undefined) throw new StoryError(`nobody listens at ${end.address} ${end.port} in ${place.title}`);
  const { family } = listener;
  const local = { address: asFamily(client.remote.address, family), port: end.port };
  const remote = { address: asFamily(client.local.address, family), port: client.local.port };
  const here = endTimeWaits(world, client, client.place, client.local, client.remote, when);
  const there = endTimeWaits(world, undefined, place, local, remote, when);
  client.mayReject = here || there;
  const server = world.begin({ place, family, local, remote, origin: 'accept' }, undefined, when);
  world.enterLater(server, 'SYN-RECV', when);
  world.enterLater(server, 'ESTAB', when);
  server.peer = client;
  client.peer = server;
  world.enqueue(listener, server);
}

/**
 * What is left of earlier connections with this four-tuple. An orphan in FIN-WAIT-2 is a timewait socket too, but its other end
 * lives: it answers the SYN with an ACK that does not fit, and gets a RST. True where there was any.
 */
function endTimeWaits(
  world: World,
  own: TrueLife | undefined,
  place: Place,
  local: End,
  remote: End,
  when: When,
): boolean {
  let some = false;
  for (const life of world.open) {
    const isSame = life.place === place && sameEnd(life.local, local) && sameEnd(life.remote, remote);
    if (life === own || !isSame) continue;
    const isOrphan = life.state === 'FIN-WAIT-2' && life.heldUntil !== undefined;
    if (life.state !== 'TIME-WAIT' && !isOrphan) throw new StoryError(`${life} has the four-tuple of another one`);
    if (life.peer !== undefined && isOrphan) receiveReset(world, life.peer, when);
    world.enter(life, 'UNCONN', when);
    some = true;
  }
  return some;
}

/** accept(2) of the oldest connection in a listener's queue. */
export async function accept(world: World, player: Player, fd: number, listener: TrueLife): Promise<TrueLife> {
  const closesOnExec = world.dice.chance(0.5);
  const report = await player.call('accept', fd, closesOnExec ? 1 : 0);
  const life = world.dequeue(listener);
  if (life === undefined) throw new StoryError(`nothing waited in the queue of ${listener}`);
  const socket = new TrueSocket(life.place, life.family, report.inode ?? 0);
  socket.wasAccepted = true;
  if (life.isOpen) world.attach(socket, life, report);
  world.hold(socket, player, report.value, report, closesOnExec);
  if (!life.isOpen) life.lateOwner = { pid: player.pid, comm: player.comm, fd: report.value };
  return life;
}
