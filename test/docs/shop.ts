/** A made-up afternoon of a host, so that the answers of the cookbook are known. */

import type { Connection } from '../../src/model/connection.js';
import type { ConnectionEvent } from '../../src/model/connection-event.js';
import type { Ownership } from '../../src/model/owner.js';
import type { Sample } from '../../src/model/sample.js';
import { openForWriting } from '../../src/store/database.js';
import { connectionOf, type Entered, sampleOf, usAt, writeHistory } from '../lab/history.js';

type Tuple = Connection['tuple'];

const tuple = (localAddr: string, localPort: number, remoteAddr: string, remotePort: number): Tuple => ({
  family: 4,
  localAddr,
  localPort,
  remoteAddr,
  remotePort,
});

/** java to the search server: ten connects that take 1 to 10 ms, a minute of TIME-WAIT each. */
const searches = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((n) =>
  connectionOf(
    n,
    [
      [n, 'SYN-SENT'],
      [n + n / 1000, 'ESTAB'],
      [n + 5, 'FIN-WAIT-1'],
      [n + 5.5, 'FIN-WAIT-2'],
      [n + 6, 'TIME-WAIT'],
      [n + 66, 'UNCONN'],
    ],
    { bytesSent: 1_000, bytesReceived: 2_000, retransmits: n === 10 ? 5 : 0 },
  ),
);

/** java to a server that is dead: three connects that time out after three more SYNs. */
const dead = [11, 12, 13].map((id) =>
  connectionOf(
    id,
    [
      [id, 'SYN-SENT'],
      [id + 7, 'UNCONN'],
    ],
    {
      tuple: tuple('10.0.0.1', 40_000 + id, '10.0.0.9', 9_200),
      closeReason: 'timed out',
      retransmits: 3,
      bytesSent: 0,
    },
  ),
);

/** curl, twenty times within two seconds, refused each time. */
const storm = Array.from({ length: 20 }, (_, n) =>
  connectionOf(
    100 + n,
    [
      [30 + n / 10, 'SYN-SENT'],
      [30 + n / 10 + 0.0005, 'UNCONN'],
    ],
    {
      tuple: tuple('10.0.0.1', 50_000 + n, '10.0.0.4', 443),
      closeReason: 'refused',
      pid: 70,
      comm: 'curl',
      bytesSent: 0,
      bytesReceived: 0,
    },
  ),
);

const accepted: readonly Entered[] = [
  [20, 'SYN-RECV'],
  [20.1, 'ESTAB'],
  [25, 'CLOSE-WAIT'],
];
const python = { origin: 'accept', pid: 50, comm: 'python', bytesSent: 10, bytesReceived: 20 } as const;

/** python does not close: one socket stays in CLOSE-WAIT for 30 s, the other up to the end. */
const forgotten = [
  connectionOf(201, [...accepted, [55, 'LAST-ACK'], [55.2, 'UNCONN']], {
    ...python,
    tuple: tuple('10.0.0.1', 8_080, '10.0.0.3', 60_001),
  }),
  connectionOf(202, accepted, { ...python, tuple: tuple('10.0.0.1', 8_080, '10.0.0.3', 60_002) }),
];

const listener = connectionOf(300, [[0.5, 'LISTEN']], {
  origin: 'listen',
  pid: 50,
  comm: 'python',
  tuple: tuple('0.0.0.0', 8_080, '0.0.0.0', 0),
  bytesSent: undefined,
  bytesReceived: undefined,
});

const scanned = connectionOf(
  301,
  [
    [40, 'SYN-RECV'],
    [43, 'UNCONN'],
  ],
  {
    origin: 'accept',
    pid: undefined,
    comm: undefined,
    tuple: tuple('10.0.0.1', 8_080, '10.0.0.66', 1_234),
    closeReason: 'timed out',
    bytesSent: 0,
    bytesReceived: 0,
  },
);

/** Both ends of one connection within the host. */
const within = [
  connectionOf(
    302,
    [
      [50, 'SYN-SENT'],
      [50.0001, 'ESTAB'],
    ],
    { pid: 71, comm: 'nginx', tuple: tuple('127.0.0.1', 45_000, '127.0.0.1', 8_080) },
  ),
  connectionOf(
    303,
    [
      [50.00005, 'SYN-RECV'],
      [50.00012, 'ESTAB'],
    ],
    { ...python, tuple: tuple('127.0.0.1', 8_080, '127.0.0.1', 45_000) },
  ),
];

const late = connectionOf(
  304,
  [
    [95, 'SYN-SENT'],
    [95.02, 'ESTAB'],
  ],
  { pid: 72, comm: 'updater', tuple: tuple('10.0.0.1', 46_000, '192.0.2.80', 80) },
);

/** wget gives up a connect after three seconds and two more SYNs. */
const givenUp = connectionOf(
  305,
  [
    [70, 'SYN-SENT'],
    [73, 'UNCONN'],
  ],
  {
    tuple: tuple('10.0.0.1', 47_000, '10.0.0.8', 443),
    ...{ closeReason: 'aborted', retransmits: 2, pid: 73, comm: 'wget', bytesSent: 0, bytesReceived: 0 },
  },
);

/** Its peer does not close: the kernel gives it up in FIN-WAIT-2. It had been established. */
const orphan = connectionOf(
  306,
  [
    [12, 'SYN-SENT'],
    [12.00005, 'ESTAB'],
    [13, 'FIN-WAIT-1'],
    [13.1, 'FIN-WAIT-2'],
    [73.1, 'UNCONN'],
  ],
  {
    tuple: tuple('10.0.0.1', 48_000, '10.0.0.7', 443),
    ...{ closeReason: 'timed out', pid: 73, comm: 'wget', bytesSent: 0, bytesReceived: 0 },
  },
);

const events: readonly ConnectionEvent[] = [
  ...dead.flatMap(({ id }) =>
    [1, 3, 7].map((after) => ({
      connectionId: id,
      atUs: usAt(id + after) - 1,
      kind: 'retransmit' as const,
      detail: 'SYN',
    })),
  ),
  ...storm.map(({ id, openedUs }) => ({
    connectionId: id,
    atUs: openedUs + 400,
    kind: 'reset' as const,
    detail: 'received',
  })),
  // As for a blocking connect: the socket's error, and what connect(2) returned.
  ...storm.flatMap(({ id, openedUs }) =>
    (['error', 'connect'] as const).map((kind) => ({
      ...{ connectionId: id, atUs: openedUs + 450, kind, detail: 'ECONNREFUSED' },
    })),
  ),
  { connectionId: undefined, atUs: usAt(60), kind: 'reset', detail: 'sent NO_SOCKET 10.0.0.1:81 > 10.0.0.66:999' },
];

const sample = (connectionId: number, atS: number, more: Partial<Sample>) => sampleOf(connectionId, usAt(atS), more);

const samples: readonly Sample[] = [
  sample(300, 21, { recvQ: 3, sendQ: 128 }),
  sample(300, 22, { recvQ: 129, sendQ: 128 }),
  sample(304, 96, { sendQ: 500, rttUs: 20_000, bytesSent: 0, bytesReceived: 0 }),
  sample(304, 98, { sendQ: 900, rttUs: 40_000, bytesSent: 4_000, bytesReceived: 100 }),
];

const owners: readonly Ownership[] = [
  { connectionId: 300, pid: 51, fd: 4, comm: 'python', fromUs: usAt(2), toUs: undefined },
];

/** Writes it: a recording of 100 seconds. */
export function writeShop(path: string): void {
  writeHistory(path, {
    connections: [...searches, ...dead, ...storm, ...forgotten, listener, scanned, ...within, late, givenUp, orphan],
    events,
    samples,
    owners,
    gaps: [{ fromUs: usAt(61), toUs: usAt(63) }],
  });
  const database = openForWriting(path);
  const name = database.prepare("INSERT INTO names VALUES (?, ?, ?, ?, 'dns', 1, ?)");
  name.run('search.example', '10.0.0.2', usAt(0), usAt(5.5), 'replaced');
  name.run('mirror.example', '10.0.0.8', usAt(0), usAt(68), 'removed');
  name.run('search.example', '10.0.0.7', usAt(5.5), usAt(90), null);
  database.close();
}
