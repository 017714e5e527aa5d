/**
 * What the live world holds: sockets in every state that can be made to last, of every kind whose look differs. Nothing in here
 * leaves the network namespace. Ports show what a socket is for.
 */
import { execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { insideNetns } from '../../src/sys/netns.js';
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

const ANY6 = '0:0:0:0:0:0:0:0';
const ONE6 = '0:0:0:0:0:0:0:1';
const LOCAL = '127.0.0.1';
/** On the near end of a cable whose far end takes no packet. */
const NEAR = '192.0.2.1';

/** Packets to these ports never arrive: FINs, SYN-ACKs, or data. */
const SILENT = { fin: '{ 7001, 7002, 7003 }', synAck: '41020', data: '7004' };

export function makeNetwork(): void {
  ip('link', 'set', 'lo', 'up');
  ip('link', 'add', 'near', 'type', 'veth', 'peer', 'name', 'far');
  ip('addr', 'add', `${NEAR}/24`, 'dev', 'near');
  ip('addr', 'add', '2001:db8::1/64', 'dev', 'near', 'nodad');
  for (const link of ['near', 'far']) ip('link', 'set', link, 'up');
  for (const to of ['192.0.2.9', '192.0.2.10']) ip('neigh', 'add', to, 'lladdr', '02:00:00:00:00:01', 'dev', 'near');
  ip('neigh', 'add', '2001:db8::9', 'lladdr', '02:00:00:00:00:01', 'dev', 'near');
  const rules = [
    'add table inet lab',
    'add chain inet lab in { type filter hook input priority 0; }',
    `add rule inet lab in tcp dport ${SILENT.fin} tcp flags & fin == fin drop`,
    `add rule inet lab in tcp dport ${SILENT.synAck} tcp flags & (syn | ack) == syn | ack drop`,
    `add rule inet lab in tcp dport ${SILENT.data} tcp flags & psh == psh drop`,
  ];
  execFileSync('nft', ['-f', '-'], { input: rules.join('\n') });
  writeFileSync('/proc/sys/net/ipv4/ip_local_port_range', '50000 60999');
}

function ip(...args: string[]): void {
  execFileSync('ip', args);
}

/** Both ends of a connection, client first. */
function connection(
  listener: number,
  to: readonly [string, number],
  from: readonly [string, number?],
  options: readonly SocketOption[] = [],
): [number, number] {
  const client = made(makeSocket(from[0], from[1], options));
  connectTo(client, ...to);
  return [client, made(acceptAt(listener))];
}

const fds: number[] = [];
const made = (fd: number) => {
  fds.push(fd);
  return fd;
};
const listener = (...args: Parameters<typeof listenAt>) => made(listenAt(...args));

/** Makes them, a few in another namespace; processes named `cat` hold copies of the first ones until this process ends. */
export function makeSockets(otherNetns: string): void {
  const web = listener(LOCAL, 80);
  const held = connection(web, [LOCAL, 80], [LOCAL, 40_001]);
  for (let count = 0; count < 3; count++) spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] });
  listeners();
  connections(web);
  queues(web);
  passing(web);
  stuck();
  elsewhere(otherNetns);
  for (const fd of [...fds, ...held]) keepFromChildren(fd);
}

function elsewhere(netnsPath: string): void {
  insideNetns(netnsPath, () => {
    const server = listener(ONE6, 8443);
    connection(server, [ONE6, 8443], [ONE6], [OPTIONS.device('lo')]);
    listener('0.0.0.0', 80, [OPTIONS.device('inside')]);
  });
}

function listeners(): void {
  listener('0.0.0.0', 22);
  listener('0.0.0.0', 23, [OPTIONS.device('lo')]);
  listener('0.0.0.0', 24, [OPTIONS.mark(0x17)]);
  listener(ANY6, 25, [OPTIONS.v6only()]);
  listener(ANY6, 26, [OPTIONS.trafficClass(0x20)]);
  listener('203.0.113.9', 27, [OPTIONS.freebind()]);
  listener(LOCAL, 3030, [], 511);
  // Bound, not listening: what ss shows of it is up to the kernel.
  made(makeSocket(LOCAL, 31_000));
  // Two connections wait to be accepted.
  listener(LOCAL, 28);
  for (const port of [40_030, 40_031]) connectTo(made(makeSocket(LOCAL, port)), LOCAL, 28);
}

function connections(web: number): void {
  const [tls, dual, alt] = [listener(ONE6, 443), listener(ANY6, 9090), listener('127.1.2.3', 8080)];
  const to: [string, number] = [LOCAL, 80];
  connection(web, to, [LOCAL, 40_002], [OPTIONS.mark(0x17)]);
  connection(web, to, [LOCAL, 40_003], [OPTIONS.mark(0x8000_0001 | 0)]);
  connection(web, to, [LOCAL, 40_004], [OPTIONS.tos(0x10), OPTIONS.priority(3)]);
  connection(web, to, [LOCAL, 40_005], [OPTIONS.keepalive()]);
  connection(web, to, [LOCAL, 40_006], [OPTIONS.congestion('reno')]);
  connection(web, to, [LOCAL]);
  connection(alt, ['127.1.2.3', 8080], ['127.9.9.9', 2001]);
  connection(tls, [ONE6, 443], [ONE6, 40_007], [OPTIONS.trafficClass(0x28)]);
  connection(tls, [ONE6, 443], [ONE6], [OPTIONS.device('lo')]);
  connection(dual, ['127.0.0.5', 9090], ['127.0.0.6', 40_008]);
  connection(dual, [ONE6, 9090], [ONE6, 40_009]);
}

/** Bytes that wait: unread here, unsent there because the window is shut. */
function queues(web: number): void {
  const [, reader] = connection(web, [LOCAL, 80], [LOCAL, 40_010]);
  const [writer] = connection(web, [LOCAL, 80], [LOCAL, 40_011]);
  sendBytes(reader, 1_234);
  sendBytes(writer, 70_000);
  const [talker, hearer] = connection(web, [LOCAL, 80], [LOCAL, 40_012]);
  sendBytes(talker, 100);
  receiveBytes(hearer, 100);
  const small = listener(LOCAL, 81, [OPTIONS.receiveBuffer(2_048)]);
  const flooding = made(makeSocket(LOCAL, 40_013, [], false));
  connectTo(flooding, LOCAL, 81, false);
  made(acceptAt(small));
  sendBytes(flooding, 200_000);
}

/** FIN-WAIT-2 with CLOSE-WAIT, TIME-WAIT, and ends that no process holds any more. */
function passing(web: number): void {
  const [half] = connection(web, [LOCAL, 80], [LOCAL, 40_014]);
  shutDown(half);
  const [orphan] = connection(web, [LOCAL, 80], [LOCAL, 40_015]);
  closeSocket(orphan);
  fds.splice(fds.indexOf(orphan), 1);
  const timeWaits: [string, number][] = [
    [LOCAL, 40_016],
    [LOCAL, 40_017],
  ];
  for (const from of timeWaits) {
    const ends = connection(web, [LOCAL, 80], from);
    for (const fd of ends) {
      shutDown(fd);
      closeSocket(fd);
      fds.splice(fds.indexOf(fd), 1);
    }
  }
}

/** SYN-SENT, SYN-RECV, FIN-WAIT-1, CLOSING, LAST-ACK: packets that never arrive keep them there, with their timers. */
function stuck(): void {
  for (const to of ['192.0.2.9', '192.0.2.10']) connectTo(made(makeSocket(NEAR, 40_020, [], false)), to, 9200, false);
  const far6 = made(makeSocket('2001:db8:0:0:0:0:0:1', 40_021, [], false));
  connectTo(far6, '2001:db8:0:0:0:0:0:9', 9200, false);
  listener(LOCAL, 7000);
  connectTo(made(makeSocket(LOCAL, 41_020, [], false)), LOCAL, 7000, false);
  const servers = [7001, 7002, 7003, 7004].map((port) => [port, listener(LOCAL, port)] as const);
  for (const [port, server] of servers) {
    const [client, accepted] = connection(server, [LOCAL, port], [LOCAL, 42_000 + port]);
    if (port === 7001) shutDown(client);
    if (port === 7002) for (const fd of [client, accepted]) shutDown(fd);
    if (port === 7003) for (const fd of [accepted, client]) shutDown(fd);
    if (port === 7004) sendBytes(client, 500);
  }
}
