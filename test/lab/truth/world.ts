/** What one story has made in the kernel, and the log of what truly happened to it. */
import { setTimeout as delay } from 'node:timers/promises';
import { codeOfState, type TcpState } from '../../../src/model/tcp-state.js';
import type { Casting } from './casting.js';
import type { Dice } from './dice.js';
import { type Look, lookAt, now, type Place } from './place.js';
import { type Descriptor, type Player, TrueSocket } from './player.js';
import type { Report } from './player-connection.js';
import { ssEnd } from './ss-table.js';
import { type Bounds, type End, sameEnd, TrueLife } from './true-life.js';

const SETTLE_MS = 8_000;
const POLL_MS = 5;

/** Starts processes. */
export interface Cast {
  start(comm: string, place: Place): Promise<Player>;
}

/** When a call was made: a report, or the time of something that Node did. */
export type When = Pick<Report, 'fromUs' | 'toUs'>;

/** A story cannot go on: it does not understand what the kernel did. A defect of the test, not of the record. */
export class StoryError extends Error {
  override readonly name = 'StoryError';
}

export class World {
  readonly places: Place[] = [];
  readonly players: Player[] = [];
  readonly lives: TrueLife[] = [];
  readonly looks: Look[] = [];
  /** Those with the packet filter of failing-moves. */
  readonly filtered: Place[] = [];
  /** Of namespaces that `ip netns` made for this story. */
  readonly names: string[] = [];
  /** A connect has timed out, which takes three seconds. */
  hasTimedOut = false;
  /** Number and name of the step that is played. */
  step = '0';
  readonly steps: { readonly name: string; readonly fromUs: number }[] = [];
  /** Lives with an entry of which only the earliest time is known. */
  private readonly queues = new Map<TrueLife, TrueLife[]>();
  private readonly unsettled = new Set<TrueLife>();

  constructor(
    readonly seed: number,
    readonly dice: Dice,
    readonly casting: Casting,
    /** Where the test itself is: no socket of a story is there. */
    readonly home: Place,
    readonly cast: Cast,
  ) {}

  get present(): Player[] {
    return this.players.filter(({ isGone }) => !isGone);
  }

  /** Those who make sockets: not one in the namespace of the test, from where packets could leave the machine. */
  get makers(): Player[] {
    return this.present.filter(({ place }) => place !== this.home);
  }

  clockUs(): number {
    return now().toUs;
  }

  get open(): TrueLife[] {
    return this.lives.filter(({ isOpen }) => isOpen);
  }

  /** Begins a life. Where a socket has it, its processes hold it from then on. */
  begin(
    opening: Omit<ConstructorParameters<typeof TrueLife>[0], 'number' | 'step'>,
    socket: TrueSocket | undefined,
    when: When,
  ): TrueLife {
    const life = new TrueLife({ ...opening, number: this.lives.length + 1, step: this.step });
    this.lives.push(life);
    if (socket !== undefined) this.attach(socket, life, when);
    return life;
  }

  /** The socket gets a life. */
  attach(socket: TrueSocket, life: TrueLife, when: When): void {
    socket.life = life;
    life.inode = socket.inode;
    // Those that got it before it had a life are not followed: no snapshot could see that they hold it.
    if (socket.descriptors.length > 1) this.unannounced(socket, when);
    for (const descriptor of socket.descriptors) addHolding(life, descriptor, when);
  }

  /** A new socket of a player, as a call reported it. */
  made(player: Player, report: Report, family: 4 | 6, closesOnExec: boolean): TrueSocket {
    const socket = new TrueSocket(player.place, family, report.inode ?? 0);
    this.hold(socket, player, report.value, report, closesOnExec);
    return socket;
  }

  /** A player has another descriptor of a socket. */
  hold(socket: TrueSocket, player: Player, fd: number, when: When, closesOnExec = false): void {
    player.sockets.set(fd, { socket, closesOnExec });
    const descriptor = { player, fd };
    socket.descriptors.push(descriptor);
    if (socket.life !== undefined) addHolding(socket.life, descriptor, when);
  }

  /** The owners of a socket have changed in a way that no fork, exec or exit shows. */
  unannounced({ life }: TrueSocket, when: When): void {
    life?.unannounced.push(boundsOf(when));
  }

  /** A descriptor is gone. True where it was the last of its socket. */
  drop(player: Player, fd: number, when: When): boolean {
    const socket = player.sockets.get(fd)?.socket;
    if (socket === undefined) throw new StoryError(`${player} has no descriptor ${fd}`);
    player.sockets.delete(fd);
    const { descriptors, life } = socket;
    descriptors.splice(
      descriptors.findIndex((each) => each.player === player && each.fd === fd),
      1,
    );
    if (life !== undefined) endHoldings(life, when, (each) => each.pid === player.pid && each.fd === fd);
    if (descriptors.length > 0) return false;
    if (life !== undefined) life.heldUntil ??= boundsOf(when);
    return true;
  }

  /** A life enters a state within a call. */
  enter(life: TrueLife, state: TcpState, when: When): void {
    life.entries.push({ state, at: boundsOf(when) });
    if (state === 'UNCONN' || state === 'TIME-WAIT') this.release(life, life.entries.at(-1)?.at ?? boundsOf(when));
  }

  /** A life enters a state when the kernel has processed a packet: the next `settle` waits for it. */
  enterLater(life: TrueLife, state: TcpState, { fromUs }: When): void {
    const at: Bounds = { fromUs, toUs: Number.POSITIVE_INFINITY };
    life.entries.push({ state, at });
    this.unsettled.add(life);
    if (state === 'UNCONN' || state === 'TIME-WAIT') this.release(life, at);
  }

  /** Its full socket is gone. */
  private release(life: TrueLife, at: Bounds): void {
    life.heldUntil ??= at;
    for (const holding of life.holdings) holding.to ??= at;
    if (life.state === 'UNCONN' && life.peer !== undefined) {
      life.peer.peer = undefined;
      life.peer = undefined;
    }
  }

  /** Waits until the kernel has everything as it must be. @throws StoryError where it does not get so */
  async settle(): Promise<void> {
    const unheld = new Set<TrueLife>();
    for (const life of this.unsettled) {
      const descriptor = this.socketOf(life)?.descriptor;
      if (descriptor === undefined) {
        unheld.add(life);
        continue;
      }
      const isFull = life.state !== 'UNCONN' && life.state !== 'TIME-WAIT';
      const code = codeOfState(isFull ? life.state : 'UNCONN');
      const { toUs, errno } = await descriptor.player.ask('await', descriptor.fd, code);
      if (errno !== 0) throw new StoryError(`${life} did not get into that state at ${this.step}`);
      settled(life, toUs);
    }
    for (const place of new Set([...unheld].map((life) => life.place)))
      await this.settleUnheld(
        place,
        [...unheld].filter((life) => life.place === place),
      );
    this.unsettled.clear();
    for (const player of this.present) for (const { socket } of player.sockets.values()) forgetEnded(socket);
  }

  /** By what ss shows: nobody has a descriptor of them. */
  private async settleUnheld(place: Place, lives: readonly TrueLife[]): Promise<void> {
    const giveUp = Date.now() + SETTLE_MS;
    for (;;) {
      const { rows, toUs } = await lookAt(place, this.step);
      const wrong = lives.filter((life) => {
        const shown = rows.find(({ local, peer }) => local === ssEndOf(life.local) && peer === ssEndOf(life.remote));
        return (shown?.state ?? 'UNCONN') !== this.expectedOf(life);
      });
      if (wrong.length === 0) {
        for (const life of lives) settled(life, toUs);
        return;
      }
      if (Date.now() > giveUp) throw new StoryError(`${wrong.join(', ')} did not get into that state at ${this.step}`);
      await delay(POLL_MS);
    }
  }

  /** The state in which ss must show a four-tuple: of the newest life that has it. */
  private expectedOf({ place, local, remote, state }: TrueLife): TcpState {
    const same = this.open.filter((each) => each.place === place && each.local.port !== 0);
    return same.findLast((each) => sameEnd(each.local, local) && sameEnd(each.remote, remote))?.state ?? state;
  }

  socketOf(life: TrueLife): TrueSocket | undefined {
    for (const player of this.present)
      for (const { socket } of player.sockets.values()) if (socket.life === life) return socket;
    return undefined;
  }

  /** The listener that takes connects to an address of a place. */
  listenerAt(place: Place, { address, port }: End): TrueLife | undefined {
    return this.open.find(
      (life) => life.place === place && life.state === 'LISTEN' && life.local.port === port && accepts(life, address),
    );
  }

  /** A connection waits to be accepted. */
  enqueue(listener: TrueLife, life: TrueLife): void {
    this.queues.set(listener, [...this.queueOf(listener), life]);
  }

  /** The oldest one that waits, also if it has ended by now. */
  dequeue(listener: TrueLife): TrueLife | undefined {
    return this.queues.get(listener)?.shift();
  }

  /** Those that wait. */
  queueOf(listener: TrueLife): readonly TrueLife[] {
    return this.queues.get(listener) ?? [];
  }

  /** A player has another name from now on. */
  rename(player: Player, comm: string, when: When): void {
    player.comm = comm;
    for (const [fd, { socket }] of player.sockets) {
      const { life } = socket;
      if (life === undefined) continue;
      endHoldings(life, when, (each) => each.pid === player.pid && each.fd === fd);
      addHolding(life, { player, fd }, when);
    }
  }

  /** Kills all players of a place, and with them the place and all that is in it. */
  async end(place: Place, players: readonly Player[]): Promise<void> {
    const { fromUs } = now();
    for (const player of players) {
      process.kill(player.pid, 'SIGKILL');
      player.isGone = true;
    }
    place.leave();
    for (const life of this.open)
      if (life.place === place) {
        life.hasPlaceEnded = true;
        this.enterLater(life, 'UNCONN', { fromUs, toUs: fromUs });
        this.unsettled.delete(life);
      }
  }

  /** Runs ss in a place, and keeps what it shows to compare it later. */
  async look(place: Place): Promise<void> {
    this.looks.push(await lookAt(place, this.step));
  }

  /** When something happens that Node does. */
  async during(act: () => Promise<unknown> | unknown): Promise<When> {
    const { fromUs } = now();
    await act();
    return { fromUs, toUs: now().toUs };
  }
}

function accepts({ local, family }: TrueLife, address: string): boolean {
  if (local.address === '0.0.0.0') return !address.includes(':') || address.startsWith('::ffff:');
  if (local.address === '::') return family === 6;
  return local.address === address || `::ffff:${local.address}` === address;
}

export function boundsOf({ fromUs, toUs }: When): Bounds {
  return { fromUs, toUs };
}

function ssEndOf({ address, port }: End): string {
  return ssEnd(address, port);
}

function addHolding(life: TrueLife, { player, fd }: Descriptor, when: When): void {
  life.holdings.push({ pid: player.pid, comm: player.comm, fd, from: boundsOf(when), to: undefined });
}

function endHoldings(
  life: TrueLife,
  when: When,
  which: (holding: Omit<Descriptor, 'player'> & { pid: number }) => boolean,
): void {
  for (const holding of life.holdings) if (holding.to === undefined && which(holding)) holding.to = boundsOf(when);
}

function settled(life: TrueLife, toUs: number): void {
  for (const { at } of life.entries) if (at.toUs === Number.POSITIVE_INFINITY) at.toUs = toUs;
}

/** A socket whose life has ended, or goes on as a TIME-WAIT, is only a file. */
function forgetEnded(socket: TrueSocket): void {
  const state = socket.life?.state;
  if (state === 'UNCONN' || state === 'TIME-WAIT') socket.life = undefined;
}
