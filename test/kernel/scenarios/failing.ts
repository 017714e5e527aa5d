/** Connects that fail or stay unanswered. */
import { until } from '../../lab/until.js';
import { NotOnThisKernel, type Scenario, withEvents } from './scenario.js';
import { EINPROGRESS, Venue } from './venue.js';

const ECONNREFUSED = 111;
const ETIMEDOUT = 110;
const EHOSTUNREACH = 113;
const ENETUNREACH = 101;
const EINVAL = 22;

const refused: Scenario = {
  name: 'connect refused',
  run: async (stage) => {
    const venue = await Venue.open(stage);
    await venue.server.close(venue.listener);
    const { fd, localPort } = await venue.attempt(ECONNREFUSED);
    return [
      venue.listening('UNCONN LISTEN UNCONN', 'orderly'),
      withEvents(venue.connecting(fd, localPort, 'UNCONN', 'refused'), 'reset received', 'connect ECONNREFUSED'),
    ];
  },
};

const timedOut: Scenario = {
  name: 'SYN dropped until ETIMEDOUT',
  run: async (stage) => {
    const venue = await Venue.open(stage);
    await venue.netns.sysctl('net.ipv4.tcp_syn_retries', 1);
    await venue.netns.packets.drop(`tcp dport ${venue.port}`);
    const { fd, localPort } = await venue.attempt(ETIMEDOUT);
    return [
      venue.listening(),
      withEvents(venue.connecting(fd, localPort, 'UNCONN', 'timed out'), 'retransmit SYN', 'connect ETIMEDOUT'),
    ];
  },
};

const unreachable: Scenario = {
  name: 'host unreachable',
  run: async (stage) => {
    const venue = await Venue.open(stage);
    await venue.netns.packets.refuse(`tcp dport ${venue.port}`, 'host-unreachable');
    const { fd, localPort } = await venue.attempt(EHOSTUNREACH);
    return [
      venue.listening(),
      withEvents(venue.connecting(fd, localPort, 'UNCONN', 'unreachable'), 'connect EHOSTUNREACH'),
    ];
  },
};

/** Without a route connect(2) fails before the socket has a port or a state. */
const noRoute: Scenario = {
  name: 'network unreachable at once',
  run: async (stage) => {
    const venue = await Venue.open(stage);
    const fd = await venue.client.socket();
    const remoteAddr = '192.0.2.1';
    const { errno } = await venue.client.connect(fd, remoteAddr, venue.port);
    if (errno !== ENETUNREACH) throw new Error(`connect ended with errno ${errno}`);
    const { tuple, ...rest } = venue.connecting(fd, 0, '', 'unreachable');
    return [
      venue.listening(),
      withEvents({ ...rest, tuple: { ...tuple, localAddr: '0.0.0.0', remoteAddr }, path: '' }, 'connect ENETUNREACH'),
    ];
  },
};

/** The kernel looks at the family before anything else: no address is known of it. */
const otherFamily: Scenario = {
  name: 'an IPv6 socket that connects to an address of IPv4',
  run: async (stage) => {
    const venue = await Venue.open(stage, { family: 6 });
    const fd = await venue.client.socket(6);
    const { errno } = await venue.client.connect(fd, '127.0.0.1', venue.port);
    if (errno !== EINVAL) throw new Error(`connect ended with errno ${errno}`);
    const { tuple, ...rest } = venue.connecting(fd, 0, '', 'failed');
    const unknown = { ...tuple, localAddr: '::', remoteAddr: '::', remotePort: 0 };
    return [venue.listening(), withEvents({ ...rest, tuple: unknown, path: '' }, 'connect EINVAL')];
  },
};

/** It returns what became of the first, and connects nothing. */
const askedAgain: Scenario = {
  name: 'a second connect(2) after the first has timed out',
  run: async (stage) => {
    const venue = await Venue.open(stage);
    await venue.netns.sysctl('net.ipv4.tcp_syn_retries', 1);
    await venue.netns.packets.drop(`tcp dport ${venue.port}`);
    const { fd, localPort } = await venue.attempt(EINPROGRESS);
    await until('the end of the connect', async () => (await venue.netns.states('state syn-sent')).length === 0);
    const { errno } = await venue.client.connect(fd, venue.address, venue.port);
    if (errno !== ETIMEDOUT) throw new Error(`connect ended with errno ${errno}`);
    return [
      venue.listening(),
      withEvents(venue.connecting(fd, localPort, 'UNCONN', 'timed out'), 'retransmit SYN', 'connect ETIMEDOUT'),
    ];
  },
};

const givenUp: Scenario = {
  name: 'connect given up by its process',
  run: async (stage) => {
    const venue = await Venue.open(stage);
    await venue.netns.packets.drop(`tcp dport ${venue.port}`);
    const { fd, localPort } = await venue.attempt(EINPROGRESS);
    await venue.client.close(fd);
    return [venue.listening(), venue.connecting(fd, localPort, 'UNCONN', 'aborted')];
  },
};

/** The story of the README: a client that waits for an answer which never comes. */
const stuck: Scenario = {
  name: 'connect stuck in SYN-SENT',
  run: async (stage) => {
    const venue = await Venue.open(stage);
    await venue.netns.packets.drop(`tcp dport ${venue.port}`);
    const { fd, localPort } = await venue.attempt(EINPROGRESS);
    return [venue.listening(), venue.connecting(fd, localPort, '')];
  },
};

/** The SYN-ACK never arrives: the server keeps a request, which no tracepoint reports. */
const halfOpenRequest: Scenario = {
  name: 'half-open request',
  run: async (stage) => {
    const venue = await Venue.open(stage);
    await venue.netns.packets.drop(`tcp sport ${venue.port}`);
    const { fd, localPort } = await venue.attempt(EINPROGRESS);
    const requests = await venue.netns.states(`state syn-recv dport = :${localPort}`);
    if (requests.length !== 1) throw new NotOnThisKernel('ss shows no half-open request here');
    const { family, localAddr, remoteAddr } = venue.connecting(fd, localPort, '').tuple;
    return [
      venue.listening(),
      venue.connecting(fd, localPort, ''),
      {
        netns: venue.netns.inode,
        tuple: { family, localAddr: remoteAddr, localPort: venue.port, remoteAddr: localAddr, remotePort: localPort },
        origin: 'accept',
        path: 'UNCONN ~SYN-RECV',
        closeReason: undefined,
        holder: undefined,
      },
    ];
  },
};

export const FAILING: readonly Scenario[] = [
  refused,
  timedOut,
  unreachable,
  noRoute,
  otherFamily,
  askedAgain,
  givenUp,
  stuck,
  halfOpenRequest,
];
