/** Ways to open a connection, each left open. */
import { joinByVeth } from '../../lab/netns.js';
import type { Stage } from '../../lab/stage.js';
import { NotOnThisKernel, type Scenario, type Truth } from './scenario.js';
import { EINPROGRESS, Venue, type VenueOptions } from './venue.js';

async function openAndHold(stage: Stage, options: VenueOptions): Promise<Truth[]> {
  const venue = await Venue.open(stage, options);
  const pair = await venue.pair();
  return [venue.listening(), pair.connected('ESTAB'), pair.accepted('ESTAB')];
}

const ipv6: Scenario = { name: 'IPv6', run: (stage) => openAndHold(stage, { family: 6 }) };

const v4Mapped: Scenario = {
  name: 'v4-mapped on both ends',
  run: (stage) => openAndHold(stage, { family: 6, address: '::ffff:127.0.0.1', listenAddress: '::' }),
};

/** An IPv4 client of a server that listens on an IPv6 socket for both. */
const v4ToDualStack: Scenario = {
  name: 'IPv4 client of a dual-stack server',
  run: async (stage) => {
    const venue = await Venue.open(stage, { family: 6, address: '::ffff:127.0.0.1', listenAddress: '::' });
    const fd = await venue.client.socket(4);
    const { localPort } = await venue.client.connect(fd, '127.0.0.1', venue.port);
    const pair = await venue.accepted(fd, localPort);
    const { tuple, ...client } = pair.connected('ESTAB');
    return [
      venue.listening(),
      { ...client, tuple: { ...tuple, family: 4, localAddr: '127.0.0.1', remoteAddr: '127.0.0.1' } },
      pair.accepted('ESTAB'),
    ];
  },
};

const acrossNetns: Scenario = {
  name: 'two namespaces joined by veth',
  run: async (stage) => {
    const [left, right] = await joinByVeth(await stage.netns(), await stage.netns());
    const ends = { netns: right.netns, clientNetns: left.netns };
    return [
      ...(await openAndHold(stage, { ...ends, address: right.v4, clientAddress: left.v4 })),
      ...(await openAndHold(stage, { ...ends, family: 6, address: right.v6, clientAddress: left.v6 })),
    ];
  },
};

const nonBlocking: Scenario = {
  name: 'non-blocking connect',
  run: async (stage) => {
    const venue = await Venue.open(stage);
    const { fd } = await venue.attempt(EINPROGRESS);
    const { localPort } = await venue.client.finish(fd);
    const pair = await venue.accepted(fd, localPort);
    return [venue.listening(), pair.connected('ESTAB'), pair.accepted('ESTAB')];
  },
};

/** The process is the one that ss names, not the thread. */
const fromThread: Scenario = {
  name: 'connect from a named thread',
  run: async (stage) => {
    const venue = await Venue.open(stage);
    const fd = await venue.client.socket();
    const { localPort } = await venue.client.connectInThread('worker', fd, venue.address, venue.port);
    const pair = await venue.accepted(fd, localPort);
    return [venue.listening(), pair.connected('ESTAB'), pair.accepted('ESTAB')];
  },
};

const throughRing: Scenario = {
  name: 'connect through io_uring',
  run: async (stage) => {
    const venue = await Venue.open(stage);
    const fd = await venue.client.socket();
    const { errno, localPort } = await venue.client.connectThroughRing(fd, venue.address, venue.port);
    if (errno !== 0) throw new NotOnThisKernel(`io_uring answers errno ${errno}`);
    const pair = await venue.accepted(fd, localPort);
    return [venue.listening(), pair.connected('ESTAB'), pair.accepted('ESTAB')];
  },
};

/** Client and server use Fast Open without cookies, so that the SYN itself brings data. */
const FAST_OPEN_WITHOUT_COOKIES = 0x607;

const fastOpen: Scenario = {
  name: 'TCP Fast Open',
  run: async (stage) => {
    const netns = await stage.netns();
    await netns.sysctl('net.ipv4.tcp_fastopen', FAST_OPEN_WITHOUT_COOKIES);
    const venue = await Venue.open(stage, { netns });
    const fd = await venue.client.socket();
    const localPort = await venue.client.fastOpen(fd, venue.address, venue.port, 100);
    const pair = await venue.accepted(fd, localPort);
    await venue.server.receive(pair.serverFd);
    return [venue.listening(), pair.connected('ESTAB'), pair.accepted('ESTAB')];
  },
};

/** The SYN brings data, but its SYN-ACK is lost: the child is a full socket in SYN-RECV, which waits to be accepted. */
const fastOpenUnanswered: Scenario = {
  name: 'TCP Fast Open whose SYN-ACK is lost',
  run: async (stage) => {
    const netns = await stage.netns();
    await netns.sysctl('net.ipv4.tcp_fastopen', FAST_OPEN_WITHOUT_COOKIES);
    const venue = await Venue.open(stage, { netns });
    await netns.packets.drop(`tcp sport ${venue.port}`);
    const fd = await venue.client.socket();
    await venue.client.nonBlocking(fd);
    const localPort = await venue.client.fastOpen(fd, venue.address, venue.port, 100);
    const child = venue.pairOf(fd, 0, localPort).accepted('');
    return [
      venue.listening(),
      venue.connecting(fd, localPort, ''),
      { ...child, path: child.path.trim(), holder: undefined },
    ];
  },
};

/** The child holds a copy of the descriptor when the parent has closed its own: the connection stays. */
const inherited: Scenario = {
  name: 'fork with inherited socket',
  run: async (stage) => {
    const venue = await Venue.open(stage);
    const pair = await venue.pair();
    const child = await venue.client.fork('child');
    await venue.client.close(pair.clientFd);
    const holder = { pid: child, comm: 'child', fd: pair.clientFd };
    return [venue.listening(), { ...pair.connected('ESTAB'), alsoHeldBy: [holder] }, pair.accepted('ESTAB')];
  },
};

export const OPENING: readonly Scenario[] = [
  ipv6,
  v4Mapped,
  v4ToDualStack,
  acrossNetns,
  nonBlocking,
  fromThread,
  throughRing,
  fastOpen,
  fastOpenUnanswered,
  inherited,
];
