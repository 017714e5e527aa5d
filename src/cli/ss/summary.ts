/** `-s`: counts of sockets, from the kernel's counters in /proc/net. */
import type { Family } from '../../model/address.js';
import type { SocketCounters } from '../../model/sockstat.js';
import type { TcpState } from '../../model/tcp-state.js';
import { readEstablished, readSockstat, socketCounters } from '../../snapshot/socket-counters.js';
import { insideNetns } from '../../sys/netns.js';
import type { KnownRow } from '../../view/ss/shown-socket.js';
import { onePathOf } from './live-netns.js';

/** How many recorded sockets are alike. */
export interface AlikeSockets {
  readonly state: TcpState;
  readonly family: Family;
  /** The kernel has only a TIME-WAIT of it, whatever its state is. */
  readonly isTimeWait: boolean;
  readonly count: number;
}

/** The same of recorded sockets. `counters`: as they were last read; undefined: not recorded. */
export function recordedSummaryText(rows: readonly KnownRow[], counters: SocketCounters | undefined): string {
  return summaryOfAlike(
    rows.map(({ state, timer, tuple: { family } }) => ({
      ...{ state, family, count: 1 },
      isTimeWait: state === 'TIME-WAIT' || timer?.kind === 'timewait',
    })),
    counters,
  );
}

/** `-`: not recorded. */
export function summaryOfAlike(sockets: readonly AlikeSockets[], counters?: SocketCounters): string {
  const count = (is: (alike: AlikeSockets) => boolean) =>
    sockets.reduce((sum, alike) => sum + (is(alike) ? alike.count : 0), 0);
  // As CurrEstab counts (RFC 1213), and as /proc/net/sockstat does: without TIME-WAITs and half-open requests.
  const established = count(({ state }) => state === 'ESTAB' || state === 'CLOSE-WAIT');
  const timeWait = count(({ isTimeWait }) => isTimeWait);
  const inUse = (of: Family) =>
    count(({ state, isTimeWait, family }) => !NOT_IN_USE.has(state) && !isTimeWait && family === of);
  const tcp = { established, timeWait, v4: inUse(4), v6: inUse(6) };
  if (counters !== undefined) return formatSummary(counters, tcp);
  return textOf('-', `${count(() => true)} (estab ${established}, closed -, orphaned -, timewait ${timeWait})`, [
    ['TCP', String(tcp.v4 + tcp.v6), String(tcp.v4), String(tcp.v6)],
  ]);
}

const NOT_IN_USE: ReadonlySet<TcpState> = new Set<TcpState>(['NEW-SYN-RECV', 'UNCONN']);

/** The TCP sockets of a network namespace. */
interface TcpCounts {
  readonly established: number;
  readonly timeWait: number;
  readonly v4: number;
  readonly v6: number;
}

/** The summary of a network namespace, in ss's format. */
export function summaryText(netns: string | undefined): string {
  const path = onePathOf({ netns }, '-s');
  return path === undefined ? ownSummary() : insideNetns(path, ownSummary);
}

function ownSummary(): string {
  const of = readSockstat();
  return formatSummary(socketCounters(of), {
    established: readEstablished(),
    timeWait: of('TCP.tw'),
    v4: of('TCP.inuse'),
    v6: of('TCP6.inuse'),
  });
}

function formatSummary(counters: SocketCounters, { established, timeWait, v4, v6 }: TcpCounts): string {
  // TIME-WAIT is not included in what is allocated; what is allocated but not in use is closed.
  const all = counters.tcpAlloc + timeWait;
  const rows: [string, number, number][] = [
    ['RAW', counters.raw, counters.raw6],
    ['UDP', counters.udp, counters.udp6],
    ['TCP', v4, v6],
  ];
  const sum = (index: 1 | 2) => rows.reduce((total, row) => total + row[index], 0);
  rows.push(['INET', sum(1), sum(2)], ['FRAG', counters.frag, counters.frag6]);
  const states = `estab ${established}, closed ${all - v4 - v6}, orphaned ${counters.tcpOrphan}, timewait ${timeWait}`;
  return textOf(
    String(counters.used),
    `${all} (${states})`,
    rows.map(([name, four, six]) => [name, String(four + six), String(four), String(six)]),
  );
}

function textOf(total: string, tcp: string, rows: readonly (readonly [string, string, string, string])[]): string {
  return [
    `Total: ${total}`,
    `TCP:   ${tcp}`,
    '',
    'Transport Total     IP        IPv6',
    ...rows.map(([name, ...cells]) => `${name}\t  ${cells.map((cell) => cell.padEnd(9)).join(' ')}`),
    '',
    '',
  ].join('\n');
}
