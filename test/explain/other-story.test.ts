import { doesNotMatch, match } from 'node:assert/strict';
import type { Connection } from '../../src/model/connection.js';
import { connectionOf, type Entered, sampleOf, usAt } from '../lab/history.js';
import { explainedText, type Story } from './explained.js';

const CLIENT: readonly Entered[] = [
  [10, 'SYN-SENT'],
  [10.0001, 'ESTAB'],
];
const SERVER: readonly Entered[] = [
  [10.0002, 'SYN-RECV'],
  [10.0003, 'ESTAB'],
];
const client = connectionOf(1, [...CLIENT, [20.0005, 'UNCONN']], { closeReason: 'reset by peer' });
const { localAddr, localPort, remoteAddr, remotePort } = client.tuple;
const swapped = {
  family: 4,
  ...{ localAddr: remoteAddr, localPort: remotePort, remoteAddr: localAddr, remotePort: localPort },
} as const;

function server(more: readonly Entered[], rest: Partial<Connection> = {}): Connection {
  return connectionOf(2, [...SERVER, ...more], {
    tuple: swapped,
    origin: 'accept',
    comm: 'app',
    pid: 7,
    fd: 5,
    ...rest,
  });
}

const reset = (rest: Partial<Connection> = {}) => server([[20.0001, 'UNCONN']], { closeReason: 'aborted', ...rest });

describe('the other end of a connection on this host', () => {
  it('names the process that reset it, and what it had not read', () => {
    match(
      explainedText({ connections: [client, reset()] }),
      /The other end is on this host \(#2\): app\[7\] closed it at \S+, with SO_LINGER 0, with unread data, or as it ended\./,
    );
    const samples = [sampleOf(2, usAt(15), { recvQ: 300 })];
    match(
      explainedText({ connections: [client, reset()], samples }),
      /closed it at \S+, with 300 bytes unread at the last/,
    );
  });

  it('names the listener that was closed before its process accepted it', () => {
    const listener = connectionOf(
      3,
      [
        [1, 'LISTEN'],
        [20.00005, 'UNCONN'],
      ],
      { origin: 'listen', comm: 'app', pid: 7, tuple: { ...swapped, remoteAddr: '0.0.0.0', remotePort: 0 } },
    );
    const waiting = reset({ pid: undefined, comm: undefined, fd: undefined });
    match(
      explainedText({ connections: [client, waiting, listener] }),
      /\(#2\): no process had accepted it when app\[7\] closed its listener 10\.0\.0\.2:9200 \(#3\) at/,
    );
    doesNotMatch(explainedText({ connections: [client, waiting] }), /on this host/);
  });

  it('says that it was destroyed', () => {
    match(
      explainedText({ connections: [client, reset({ closeReason: 'destroyed' })] }),
      /\(#2\): it was destroyed by SOCK_DESTROY/,
    );
  });

  it('shows that segments are lost on this host where it lives', () => {
    const sending = connectionOf(1, CLIENT, { retransmits: 4 });
    const samples = [sampleOf(1, usAt(30), { sendQ: 700, retrans: 4 })];
    const story: Story = { connections: [sending, server([])], samples };
    match(
      explainedText(story),
      /The other end is on this host \(#2, app\[7\]\), in ESTAB since \S+: the segments are lost between the two ends, by a rule, a route or a link of this host, or as an address was removed/,
    );
    doesNotMatch(explainedText({ connections: [sending], samples }), /on this host/);
  });

  it('says nothing of one that ended later, or in order', () => {
    for (const other of [server([[21, 'UNCONN']], { closeReason: 'aborted' }), reset({ closeReason: 'orderly' })]) {
      doesNotMatch(explainedText({ connections: [client, other] }), /on this host/);
    }
  });
});
