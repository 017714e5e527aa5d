/** Connections that end in order, whichever end closes first. */
import { joinByVeth, type VethEnd } from '../../lab/netns.js';
import { until } from '../../lab/until.js';
import type { Scenario, Truth } from './scenario.js';
import { type Pair, Venue } from './venue.js';

const clientFirst: Scenario = {
  name: 'normal close, the client first',
  run: async (stage) => {
    const venue = await Venue.open(stage);
    const pair = await venue.pair();
    await venue.client.send(pair.clientFd, 100);
    await venue.server.receive(pair.serverFd);
    await venue.client.shutdown(pair.clientFd);
    await venue.server.receive(pair.serverFd);
    await venue.server.close(pair.serverFd);
    await venue.client.receive(pair.clientFd);
    await venue.client.close(pair.clientFd);
    return [
      venue.listening(),
      pair.connected('ESTAB FIN-WAIT-1 FIN-WAIT-2 TIME-WAIT', 'orderly'),
      pair.accepted('ESTAB CLOSE-WAIT LAST-ACK UNCONN', 'orderly'),
    ];
  },
};

/** Closes both ends in order, the server's first. */
async function closeServerFirst(venue: Venue, pair: Pair): Promise<void> {
  await venue.server.shutdown(pair.serverFd);
  await venue.client.receive(pair.clientFd);
  await venue.client.close(pair.clientFd);
  await venue.server.receive(pair.serverFd);
  await venue.server.close(pair.serverFd);
}

/** Makes a connection, and closes it: the server's end stays as TIME-WAIT. */
export async function closedByServerFirst(venue: Venue): Promise<[connected: Truth, accepted: Truth]> {
  const pair = await venue.pair();
  await closeServerFirst(venue, pair);
  return [
    pair.connected('ESTAB CLOSE-WAIT LAST-ACK UNCONN', 'orderly'),
    pair.accepted('ESTAB FIN-WAIT-1 FIN-WAIT-2 TIME-WAIT', 'orderly'),
  ];
}

const serverFirst: Scenario = {
  name: 'normal close, the server first',
  run: async (stage) => {
    const venue = await Venue.open(stage);
    return [venue.listening(), ...(await closedByServerFirst(venue))];
  },
};

/**
 * Two FINs that cross on the way. Each end's FIN waits in its namespace for a neighbour that does not answer; then the
 * neighbours are named by hand, and both FINs, sent before the other was seen, arrive.
 */
const simultaneous: Scenario = {
  name: 'simultaneous close',
  run: async (stage) => {
    const [left, right] = await joinByVeth(await stage.netns(), await stage.netns());
    for (const end of [left, right]) await end.netns.sysctl('net.ipv4.conf.all.arp_ignore', 8);
    await neighbours(left, right);
    const venue = await Venue.open(stage, {
      netns: right.netns,
      clientNetns: left.netns,
      address: right.v4,
      clientAddress: left.v4,
    });
    const pair = await venue.pair();
    await left.netns.run('ip', 'neighbour', 'del', right.v4, 'dev', left.device);
    await right.netns.run('ip', 'neighbour', 'del', left.v4, 'dev', right.device);
    await venue.client.shutdown(pair.clientFd);
    await venue.server.shutdown(pair.serverFd);
    await neighbours(left, right);
    const closed = async () =>
      (await pair.clientStates())[0] === 'TIME-WAIT' && (await pair.serverStates())[0] === 'TIME-WAIT';
    await until(
      'TIME-WAIT on both ends',
      closed,
      async () => `${await pair.clientStates()} ${await pair.serverStates()}`,
    );
    return [
      venue.listening(),
      pair.connected('ESTAB FIN-WAIT-1 CLOSING TIME-WAIT', 'orderly'),
      pair.accepted('ESTAB FIN-WAIT-1 CLOSING TIME-WAIT', 'orderly'),
    ];
  },
};

async function neighbours(left: VethEnd, right: VethEnd): Promise<void> {
  for (const [here, there] of [
    [left, right],
    [right, left],
  ] as const) {
    const entry = [there.v4, 'lladdr', there.mac, 'dev', here.device, 'nud', 'permanent'];
    await here.netns.run('ip', 'neighbour', 'replace', ...entry);
  }
}

const listenAndClose: Scenario = {
  name: 'listen and close',
  run: async (stage) => {
    const venue = await Venue.open(stage);
    await venue.server.close(venue.listener);
    return [venue.listening('UNCONN LISTEN UNCONN', 'orderly')];
  },
};

/** A listener that closes also closes the connections that it has not accepted. */
const neverAccepted: Scenario = {
  name: 'listener closed before it accepted',
  run: async (stage) => {
    const venue = await Venue.open(stage);
    const fd = await venue.client.socket();
    const { localPort } = await venue.client.connect(fd, venue.address, venue.port);
    await venue.server.close(venue.listener);
    await venue.client.receiveError(fd);
    const { tuple, netns } = venue.connecting(fd, localPort, '');
    const { family, localAddr, remoteAddr } = tuple;
    return [
      venue.listening('UNCONN LISTEN UNCONN', 'orderly'),
      venue.connecting(fd, localPort, 'ESTAB UNCONN', 'reset by peer'),
      {
        netns,
        tuple: { family, localAddr: remoteAddr, localPort: venue.port, remoteAddr: localAddr, remotePort: localPort },
        origin: 'accept',
        path: 'LISTEN SYN-RECV ESTAB UNCONN',
        closeReason: 'aborted',
        holder: undefined,
      },
    ];
  },
};

/** The end that closed first keeps the four-tuple in TIME-WAIT, until the other end takes it again. */
const reusedTuple: Scenario = {
  name: 'TIME-WAIT ended by the same four-tuple',
  run: async (stage) => {
    const venue = await Venue.open(stage);
    const first = await venue.pair();
    await closeServerFirst(venue, first);
    const second = await venue.pair((fd) => venue.client.bind(fd, venue.address, first.clientPort));
    return [
      venue.listening(),
      first.connected('ESTAB CLOSE-WAIT LAST-ACK UNCONN', 'orderly'),
      first.accepted('ESTAB FIN-WAIT-1 FIN-WAIT-2 TIME-WAIT UNCONN', 'orderly'),
      second.connected('ESTAB'),
      second.accepted('ESTAB'),
    ];
  },
};

export const CLOSING: readonly Scenario[] = [
  clientFirst,
  serverFirst,
  simultaneous,
  listenAndClose,
  neverAccepted,
  reusedTuple,
];
