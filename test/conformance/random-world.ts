/**
 * Run inside a network namespace and a pid namespace of its own, beside a recorder: makes, uses and ends sockets as a seed says, and asks the
 * real ss at moments in between, with options and filters that the seed chooses. Prints what it answered and what `sstory ss --at` shows
 * of those moments. Arguments: the database, the seed, how many steps.
 */
import { ownNetns } from '../../src/sys/netns.js';
import {
  acceptAt,
  closeSocket,
  connectTo,
  keepFromChildren,
  listenAt,
  makeSocket,
  OPTIONS,
  receiveBytes,
  type SocketOption,
  sendBytes,
  shutDown,
} from '../lab/socket-calls.js';
import { Dice } from '../lab/truth/dice.js';
import { until } from '../lab/until.js';
import { makeNetwork } from './live-sockets.js';
import type { Past } from './live-world.js';
import { answerAt, recordedAfter, ss } from './past-answers.js';

const [database = '', seed = '1', stepCount = '40'] = process.argv.slice(2);
const LOCAL = '127.0.0.1';
const ONE6 = '0:0:0:0:0:0:0:1';
const ANY6 = '0:0:0:0:0:0:0:0';

interface Listener {
  readonly fd: number;
  readonly to: string;
  readonly port: number;
}

const dice = new Dice(Number(seed));
const listeners: Listener[] = [];
/** Both ends. */
const connections: number[][] = [];
/** What can only be closed. */
const others: number[] = [];
let nextPort = 10_000;

const mine = (fd: number) => {
  keepFromChildren(fd);
  return fd;
};

function someOptions(): SocketOption[] {
  const all = [
    OPTIONS.mark(0x17),
    OPTIONS.tos(0x10),
    OPTIONS.priority(3),
    OPTIONS.keepalive(),
    OPTIONS.congestion('reno'),
    OPTIONS.receiveBuffer(4_096),
    OPTIONS.device('lo'),
  ];
  return all.filter(() => dice.chance(0.2));
}

function listen(): void {
  const [address, to] = dice.one([LOCAL, LOCAL], ['0.0.0.0', '127.0.0.5'], [ONE6, ONE6], [ANY6, LOCAL], [ANY6, ONE6]);
  const port = nextPort++;
  const v6only = address === ANY6 && to === ONE6 && dice.chance(0.5) ? [OPTIONS.v6only()] : [];
  listeners.push({ fd: mine(listenAt(address, port, [...someOptions(), ...v6only], 5)), to, port });
}

/** From an address of the same family. */
function connect(): void {
  const server = dice.pick(listeners);
  if (server === undefined) {
    listen();
    return;
  }
  const from = server.to.includes(':') ? ONE6 : LOCAL;
  const client = mine(makeSocket(from, dice.chance(0.5) ? nextPort++ : undefined, someOptions()));
  connectTo(client, server.to, server.port);
  connections.push([client, mine(acceptAt(server.fd))]);
}

/** Nothing answers there. */
function beginToConnect(): void {
  const fd = mine(makeSocket('192.0.2.1', nextPort++, [], false));
  connectTo(fd, dice.one('192.0.2.9', '192.0.2.10'), 9_200, false);
  others.push(fd);
}

async function bind(): Promise<void> {
  others.push(mine(makeSocket(dice.one(LOCAL, ONE6, '0.0.0.0'), nextPort++, someOptions())));
  await recordedAfter(database, [ownNetns()], Date.now() * 1000);
}

function send(): void {
  const [one, other] = dice.pick(connections) ?? [];
  if (one === undefined || other === undefined) return;
  const count = dice.one(1, 500, 3_000);
  sendBytes(one, count);
  if (dice.chance(0.5)) receiveBytes(other, count);
}

function end(): void {
  const [ends] = connections.splice(dice.below(connections.length), 1);
  if (ends === undefined) return;
  const how = dice.below(4);
  if (how === 0) shutDown(ends[0] ?? -1);
  else for (const fd of how === 1 ? ends.splice(0, 1) : ends.splice(0)) closeSocket(fd);
  others.push(...ends);
}

async function endOther(): Promise<void> {
  const [fd] = others.splice(dice.below(others.length), 1);
  if (fd !== undefined) closeSocket(fd);
  await recordedAfter(database, [ownNetns()], Date.now() * 1000);
}

const MOVES: readonly { readonly weight: number; readonly play: () => unknown }[] = [
  { weight: 3, play: listen },
  { weight: 8, play: connect },
  { weight: 1, play: beginToConnect },
  { weight: 2, play: bind },
  { weight: 6, play: send },
  { weight: 6, play: end },
  { weight: 2, play: endOther },
];

const SHOWN = ['-a', '-a', '-a', '', '-l'];
const FLAGS = ['-o', '-e', '-m', '-i', '-p', '-O', '--tos', '--inet-sockopt', '--cgroup', '-H'];
const FILTERS = [
  '',
  '',
  '',
  '-4',
  '-6',
  'state established',
  'state listening',
  'state time-wait',
  'state bucket',
  'state connected exclude time-wait',
  'sport gt :10005',
  'dst 127.0.0.1',
  'not dst [::1]',
  'dev = lo',
  'fwmark = 0x17',
  'src 127.0.0.0/8 and dport lt :10010',
];

function someWords(): string[] {
  const flags = FLAGS.filter(() => dice.chance(0.35));
  return ['-tn', dice.pick(SHOWN) ?? '', ...flags, dice.pick(FILTERS) ?? ''].join(' ').split(/ +/).filter(Boolean);
}

interface Look {
  readonly argv: readonly string[];
  readonly fromUs: number;
  readonly theirs: Past['theirs'];
  readonly atUs: number;
}

async function look(): Promise<Look> {
  const argv = someWords();
  // What no snapshot has found has no interface and no mark.
  if (/dev|fwmark/.test(argv.join(' '))) await recordedAfter(database, [ownNetns()], Date.now() * 1000);
  const fromUs = Date.now() * 1000;
  return { argv, fromUs, theirs: ss(argv), atUs: Date.now() * 1000 };
}

makeNetwork();
await until('the recorder', async () => (await answerAt(database, Date.now() * 1000, ['-tan'])).code === 0);
const looks: Look[] = [];
for (let step = 0; step < Number(stepCount); step++) {
  await dice.weighted(MOVES)?.play();
  if (dice.chance(0.6)) looks.push(await look());
}
looks.push(await look());
// By then what the last look saw has been sampled, and the cookies of TIME-WAITs.
await recordedAfter(database, [ownNetns()], Date.now() * 1000 + 10_500_000);
const past: Past[] = [];
for (const { argv, theirs, fromUs, atUs } of looks) {
  const [oursBefore, ours] = [await answerAt(database, fromUs, argv), await answerAt(database, atUs, argv)];
  past.push({ argv, theirs, fromUs, atUs, oursBefore, ours });
}
process.stdout.write(JSON.stringify(past), () => process.exit(0));
