/** A host on which everything goes wrong that `explain --all` knows, in a hundred seconds. */
import type { Connection } from '../../../src/model/connection.js';
import type { ConnectionEvent } from '../../../src/model/connection-event.js';
import type { FourTuple } from '../../../src/model/four-tuple.js';
import { connectionOf, type Entered, sampleOf, usAt, type Written } from '../../lab/history.js';

/** What needs more than a host sends: docs/fleet.md has the reason of each. */
export const NOT_ON_FLEETS: ReadonlySet<string> = new Set(['deferred accept', 'idle drop']);
/** What consists of ordinary short connections, which a host counts. */
export const NOT_WHERE_COUNTED: ReadonlySet<string> = new Set(['TIME-WAIT pile-up']);

/** Connections of this host that failed because its listener on port 90 was restarted. */
export const VICTIMS = 1;

/** More than half of the default range of local ports. */
const PILE = 14_200;

const to = (remoteAddr: string, remotePort: number, localPort: number, localAddr = '10.4.1.9'): FourTuple => ({
  ...{ family: 4, localAddr, localPort, remoteAddr, remotePort },
});
const from = (remoteAddr: string, localPort: number, remotePort: number): FourTuple =>
  to(remoteAddr, remotePort, localPort);

const established: readonly Entered[] = [
  [5, 'SYN-SENT'],
  [5.001, 'ESTAB'],
];

function listener(id: number, port: number, entered: readonly Entered[], comm: string): Connection {
  const tuple = { family: 4, localAddr: '0.0.0.0', localPort: port, remoteAddr: '0.0.0.0', remotePort: 0 } as const;
  return connectionOf(id, entered, { tuple, origin: 'listen', comm, pid: port, tid: port });
}

function failed(id: number, port: number): Connection {
  const tuple = to('10.9.0.1', port, 0, '0.0.0.0');
  return connectionOf(id, [[30, 'UNCONN']], { tuple, closeReason: 'failed', bytesSent: 0, bytesReceived: 0 });
}

/** Half-open requests that were answered and not completed: their SYN-ACKs were sent again. */
function requests(firstId: number): Connection[] {
  return Array.from({ length: 25 }, (_, index) =>
    connectionOf(firstId + index, [[60, 'NEW-SYN-RECV', 'snapshot', 59]], {
      ...{ tuple: from('10.6.0.1', 81, 20_000 + index), origin: 'accept', retransmits: 3 },
      ...{ pid: undefined, tid: undefined, comm: undefined, fd: undefined, inode: undefined },
    }),
  );
}

/** Connections that wait in the queue of the listener on port 80. */
function waiting(firstId: number): Connection[] {
  return Array.from({ length: 5 }, (_, index) =>
    connectionOf(
      firstId + index,
      [
        [40, 'SYN-RECV'],
        [40.001, 'ESTAB'],
      ],
      {
        ...{ tuple: from('10.7.0.1', 80, 30_000 + index), origin: 'accept' },
        ...{ pid: undefined, tid: undefined, comm: undefined, fd: undefined, inode: undefined },
      },
    ),
  );
}

function leaked(firstId: number): Connection[] {
  return Array.from({ length: 3 }, (_, index) =>
    connectionOf(
      firstId + index,
      [
        [10, 'SYN-SENT'],
        [10.001, 'ESTAB'],
        [20 + index, 'CLOSE-WAIT'],
      ],
      { tuple: to(`10.8.0.${index + 1}`, 8_080, 41_000 + index), comm: 'leaky', pid: 77, tid: 77 },
    ),
  );
}

function pile(firstId: number): Connection[] {
  return Array.from({ length: PILE }, (_, index) =>
    connectionOf(
      firstId + index,
      [
        [19.99, 'SYN-SENT'],
        [20, 'ESTAB'],
        [20.1, 'TIME-WAIT'],
        [80.1, 'UNCONN', 'timer', 80],
      ],
      { tuple: to('10.5.0.1', 443, 20_000 + index) },
    ),
  );
}

const event = (connectionId: number, atS: number, kind: ConnectionEvent['kind'], detail: string): ConnectionEvent => ({
  ...{ connectionId, atUs: usAt(atS), kind, detail },
});

export function troubledHistory(which?: 'without pile'): Written {
  const connections: Connection[] = [
    listener(1, 80, [[1, 'LISTEN']], 'stuck'),
    listener(
      2,
      90,
      [
        [1, 'LISTEN'],
        [30, 'UNCONN'],
      ],
      'flaky',
    ),
    listener(3, 90, [[32, 'LISTEN']], 'flaky'),
    ...waiting(10),
    ...leaked(20),
    ...requests(30),
    connectionOf(60, established, { tuple: to('10.1.0.1', 5_001, 42_060) }),
    connectionOf(61, established, { tuple: to('10.1.0.2', 5_002, 42_061), retransmits: 3 }),
    connectionOf(
      62,
      [
        [30, 'SYN-SENT'],
        [30.001, 'ESTAB'],
        [45, 'UNCONN'],
      ],
      {
        tuple: to('127.0.0.1', 50_000, 50_000, '127.0.0.1'),
      },
    ),
    connectionOf(
      63,
      [
        [30, 'SYN-SENT'],
        [30.001, 'UNCONN'],
      ],
      {
        ...{ tuple: to('10.9.9.9', 5_432, 42_063), closeReason: 'refused' },
      },
    ),
    connectionOf(64, [...established, [70, 'UNCONN']], {
      ...{ tuple: to('10.1.0.4', 5_004, 42_064), closeReason: 'timed out', retransmits: 9 },
    }),
    connectionOf(65, [...established, [70, 'UNCONN']], {
      ...{ tuple: to('10.1.0.5', 5_005, 42_065), closeReason: 'reset by peer' },
    }),
    connectionOf(66, [...established, [6, 'FIN-WAIT-1'], [6.1, 'FIN-WAIT-2'], [66, 'UNCONN']], {
      ...{ tuple: to('10.1.0.6', 5_006, 42_066), closeReason: 'timed out' },
    }),
    connectionOf(67, [[50, 'SYN-SENT']], { tuple: to('10.4.1.80', 9_200, 42_067), retransmits: 5 }),
    connectionOf(
      68,
      [
        [50, 'SYN-SENT'],
        [53, 'UNCONN'],
      ],
      {
        ...{ tuple: to('10.1.0.8', 5_008, 42_068), closeReason: 'unreachable' },
      },
    ),
    connectionOf(
      69,
      [
        [10, 'SYN-SENT'],
        [40, 'UNCONN'],
      ],
      {
        ...{ tuple: to('10.1.0.9', 5_009, 42_069), closeReason: 'timed out' },
      },
    ),
    failed(70, 6_070),
    failed(71, 6_071),
    failed(72, 6_072),
    connectionOf(
      82,
      [
        [31, 'SYN-SENT'],
        [31.0001, 'UNCONN'],
      ],
      {
        ...{ tuple: to('127.0.0.1', 90, 42_082, '127.0.0.1'), closeReason: 'refused', comm: 'client' },
      },
    ),
    ...(which === undefined ? pile(1_000) : []),
  ];
  return {
    connections,
    events: [
      ...[51, 53, 57, 65, 81].map((atS) => event(67, atS, 'retransmit', 'SYN')),
      event(68, 51, 'retransmit', 'SYN failed EBUSY'),
      event(68, 53, 'error', 'EHOSTUNREACH ICMP'),
      event(69, 11, 'retransmit', 'SYN failed EPERM'),
      event(70, 30, 'connect', 'EADDRNOTAVAIL'),
      event(71, 30, 'connect', 'ENETUNREACH'),
      event(72, 30, 'connect', 'EACCES'),
    ],
    samples: [
      sampleOf(1, usAt(50), { recvQ: 5, sendQ: 4 }),
      sampleOf(60, usAt(30), { sendQ: 1_000, timer: 'persist', timerMs: 400 }),
      sampleOf(61, usAt(90), { sendQ: 500, timer: 'on', timerMs: 400, retrans: 3 }),
    ],
    names: [
      {
        name: 'kafka.test',
        address: '10.4.1.80',
        fromUs: usAt(5),
        toUs: usAt(30),
        source: 'dns',
        netns: 1,
        ended: 'replaced',
      },
      {
        name: 'kafka.test',
        address: '10.4.1.81',
        fromUs: usAt(30),
        toUs: usAt(400),
        source: 'dns',
        netns: 1,
        ended: undefined,
      },
    ],
  };
}
