/** One seed, played on the real kernel. The steps follow from the seed; how long the kernel takes for them does not. */
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { joinByVeth, Netns } from '../netns.js';
import { Casting, PLAYER } from './casting.js';
import { CLOSING_MOVES } from './closing-moves.js';
import { Dice } from './dice.js';
import { FAILING_MOVES, FILTERED } from './failing-moves.js';
import type { Move } from './move.js';
import { NAMESPACE_MOVES, unshared } from './namespace-moves.js';
import { OPENING_MOVES } from './opening-moves.js';
import { COMMS, OWNER_MOVES } from './owner-moves.js';
import { now, Place } from './place.js';
import type { Player } from './player.js';
import { World } from './world.js';

const MOVES: readonly Move[] = [
  ...OPENING_MOVES,
  ...CLOSING_MOVES,
  ...FAILING_MOVES,
  ...OWNER_MOVES,
  ...NAMESPACE_MOVES,
];
const FEWEST_STEPS = 30;
const MORE_STEPS = 30;
const RESTS = 2;

export interface Stage {
  /** Waits until two snapshots of a network namespace have been taken from now on. */
  rest(netns: readonly number[]): Promise<void>;
}

/** What a story did, and when it was over: what happened afterwards is not known. */
export interface Told {
  readonly seed: number;
  readonly world: World;
  readonly fromUs: number;
  readonly toUs: number;
  /** What it could not understand, and where it stopped. */
  readonly failure: string | undefined;
}

/** Plays the story of a seed in namespaces of its own, and takes them down. */
export async function play(seed: number, stage: Stage): Promise<Told> {
  const { fromUs } = now();
  const directory = await mkdtemp(join(tmpdir(), 'sstory-truth-'));
  for (const comm of COMMS) await symlink(PLAYER, join(directory, comm));
  await using casting = await Casting.open(directory);
  const dice = new Dice(seed);
  const home = new Place('home', '/proc/self/ns/net');
  const start = (comm: string, place: Place) => startPlayer(casting, comm, place);
  const world = new World(seed, dice, casting, home, { start });
  let failure: string | undefined;
  try {
    await furnish(world);
    await act(world, stage);
  } catch (error) {
    failure = `${world.step}: ${error instanceof Error ? (error.name === 'StoryError' ? error.message : error.stack) : String(error)}`;
  }
  const { fromUs: toUs } = now();
  await takeDown(world);
  await rm(directory, { recursive: true });
  return { seed, world, fromUs, toUs, failure };
}

async function startPlayer(casting: Casting, comm: string, place: Place): Promise<Player> {
  const child = execa('nsenter', [`--net=${place.path}`, PLAYER, casting.directory, comm], {
    reject: false,
    stderr: 'inherit',
  });
  if (child.pid === undefined) throw new Error(`${PLAYER} did not start`);
  return casting.player(child.pid, comm, place);
}

/** Two namespaces with a cable between them, and one without a name; two players in each. */
async function furnish(world: World): Promise<void> {
  const [one, two] = [await Netns.create(), await Netns.create()];
  world.names.push(one.name, two.name);
  const ends = await joinByVeth(one, two);
  for (const { netns, v4, v6 } of ends) {
    const place = new Place(netns.name, netns.path, [v4, v6]);
    world.places.push(place);
    world.filtered.push(place);
    const rules = FILTERED.map(({ port, verdict }) => `add rule inet lab incoming tcp dport ${port} ${verdict};`);
    const chain = 'add table inet lab; add chain inet lab incoming { type filter hook input priority 0; };';
    await netns.run('nft', `${chain} ${rules.join(' ')}`);
    // Without timestamps a four-tuple in TIME-WAIT is not used again by the one that has it.
    if (world.dice.chance(0.4)) await netns.sysctl('net.ipv4.tcp_timestamps', 0);
    for (const comm of ['server', 'client']) world.players.push(await world.cast.start(comm, place));
  }
  const first = await unshared(world, 'server');
  const report = await first.call('fork', 'client');
  world.players.push(await world.casting.player(report.value, 'client', first.place));
}

async function act(world: World, stage: Stage): Promise<void> {
  const { dice } = world;
  const steps = FEWEST_STEPS + dice.below(MORE_STEPS);
  const rests = new Set(Array.from({ length: RESTS }, () => 5 + dice.below(steps - 5)));
  for (let step = 1; step <= steps; step++) {
    await playOne(world, step);
    await delay(pauseMs(dice));
    if (rests.has(step)) await rest(world, stage);
  }
  world.step = `${steps + 1} end`;
  await rest(world, stage);
}

/** The moves that cannot be made are tried first, and cost nothing. */
async function playOne(world: World, step: number): Promise<void> {
  const left = [...MOVES];
  for (let move = world.dice.weighted(left); move !== undefined; move = world.dice.weighted(left)) {
    world.step = `${step} ${move.name}`;
    world.steps.push({ name: world.step, fromUs: now().fromUs });
    if (await move.play(world)) {
      await world.settle();
      return;
    }
    world.steps.pop();
    left.splice(left.indexOf(move), 1);
  }
}

/** Mostly none: what follows at once is what a recorder confuses. */
function pauseMs(dice: Dice): number {
  if (dice.chance(0.6)) return 0;
  return dice.chance(0.7) ? dice.below(100) : dice.below(500);
}

/** Until what snapshots find is recorded; then what ss shows is kept. */
async function rest(world: World, stage: Stage): Promise<void> {
  const places = world.places.filter(({ isLeft }) => !isLeft);
  const inhabited = places.filter((place) => world.present.some((player) => player.place === place));
  await stage.rest(inhabited.map(({ netns }) => netns));
  for (const place of places) await world.look(place);
}

async function takeDown(world: World): Promise<void> {
  for (const player of world.present) {
    try {
      process.kill(player.pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  }
  for (const name of world.names) await execa('ip', ['netns', 'del', name], { reject: false });
  for (const place of [...world.places, world.home]) place.leave();
}
