/** Addresses, ports and sockets that are used again, or by two at once. */
import { NotOnThisKernel, type Scenario, withEvents } from './scenario.js';
import { EINPROGRESS, Venue } from './venue.js';

const ECONNREFUSED = 111;
const EADDRNOTAVAIL = 99;
const CLIENT_PORT = 40_123;

const refusedThenAccepted: Scenario = {
  name: 'a socket that connects again after it was refused',
  run: async (stage) => {
    const venue = await Venue.open(stage);
    await venue.server.close(venue.listener);
    const { fd, localPort } = await venue.attempt(ECONNREFUSED);
    const { listener } = await venue.server.listenAt(venue.address, venue.port);
    const second = await venue.client.connect(fd, venue.address, venue.port);
    if (second.errno !== 0) throw new Error(`the second connect ended with errno ${second.errno}`);
    const accepted = await venue.server.accept(listener);
    if (accepted.peerPort !== second.localPort) throw new Error('the server has another peer');
    const { holder, ...listening } = venue.listening();
    const again = { ...listening, holder: holder && { ...holder, fd: listener } };
    const server = venue.pairOf(fd, accepted.fd, second.localPort);
    return [
      venue.listening('UNCONN LISTEN UNCONN', 'orderly'),
      withEvents(venue.connecting(fd, localPort, 'UNCONN', 'refused'), 'reset received', 'connect ECONNREFUSED'),
      again,
      server.connected('ESTAB'),
      server.accepted('ESTAB'),
    ];
  },
};

/** The kernel looks for the four-tuple after it has gone to SYN-SENT. */
const notAvailable: Scenario = {
  name: 'a connect whose four-tuple is in TIME-WAIT',
  run: async (stage) => {
    const venue = await Venue.open(stage);
    await venue.netns.sysctl('net.ipv4.tcp_tw_reuse', 0);
    await venue.netns.sysctl('net.ipv4.tcp_timestamps', 0);
    const bound = async (fd: number) => {
      await venue.client.option(fd, 'reuseaddr', 1);
      await venue.client.bind(fd, venue.address, CLIENT_PORT);
    };
    const pair = await venue.pair(bound);
    await venue.client.shutdown(pair.clientFd);
    await venue.server.receive(pair.serverFd);
    await venue.server.close(pair.serverFd);
    await venue.client.receive(pair.clientFd);
    await venue.client.close(pair.clientFd);
    const fd = await venue.client.socket();
    await bound(fd);
    const { errno } = await venue.client.connect(fd, venue.address, venue.port);
    if (errno !== EADDRNOTAVAIL) throw new NotOnThisKernel(`connect ended with errno ${errno}`);
    return [
      venue.listening(),
      pair.connected('ESTAB FIN-WAIT-1 FIN-WAIT-2 TIME-WAIT', 'orderly'),
      pair.accepted('ESTAB CLOSE-WAIT LAST-ACK UNCONN', 'orderly'),
      withEvents(venue.connecting(fd, CLIENT_PORT, 'UNCONN', 'failed'), 'connect EADDRNOTAVAIL'),
    ];
  },
};

/** The report of an error names neither socket nor namespace. */
const resetNextDoor: Scenario = {
  name: 'the same four-tuple in two namespaces, one of them reset',
  run: async (stage) => {
    const one = await Venue.open(stage);
    const other = await Venue.open(stage, { port: one.port });
    const pairOf = (venue: Venue) =>
      venue.pair(async (fd) => void (await venue.client.bind(fd, venue.address, CLIENT_PORT)));
    const [kept, reset] = [await pairOf(one), await pairOf(other)];
    await other.server.option(reset.serverFd, 'linger', 0);
    await other.server.close(reset.serverFd);
    return [
      one.listening(),
      { ...kept.connected('ESTAB'), noEvents: true },
      kept.accepted('ESTAB'),
      other.listening(),
      withEvents(reset.connected('ESTAB UNCONN', 'reset by peer'), 'reset received', 'error ECONNRESET'),
      withEvents(reset.accepted('ESTAB UNCONN', 'aborted'), 'reset sent'),
    ];
  },
};

/** On a path within this host the ICMP error comes while connect(2) holds the socket: only SO_ERROR returns it. */
const rejectedAtOnce: Scenario = {
  name: 'a non-blocking connect that is rejected before it returns',
  run: async (stage) => {
    const venue = await Venue.open(stage);
    await venue.netns.packets.refuse(`tcp dport ${venue.port}`, 'host-unreachable');
    const { fd, localPort } = await venue.attempt(EINPROGRESS);
    const { errno } = await venue.client.finish(fd);
    if (errno !== 113) throw new NotOnThisKernel(`the connect ended with errno ${errno}`);
    await venue.client.close(fd);
    return [
      venue.listening(),
      withEvents(venue.connecting(fd, localPort, 'UNCONN', 'unreachable'), 'error EHOSTUNREACH ICMP'),
    ];
  },
};

export const AGAIN: readonly Scenario[] = [refusedThenAccepted, notAvailable, resetNextDoor, rejectedAtOnce];
