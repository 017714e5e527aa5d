/** `-s`: counts of sockets, from the kernel's counters in /proc/net. */
import { readFileSync } from 'node:fs';
import type { Family } from '../../model/address.js';
import type { TcpState } from '../../model/tcp-state.js';
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

/** The same of recorded sockets. */
export function recordedSummaryText(rows: readonly KnownRow[]): string {
  return summaryOfAlike(
    rows.map(({ state, timer, tuple: { family } }) => ({
      ...{ state, family, count: 1 },
      isTimeWait: state === 'TIME-WAIT' || timer?.kind === 'timewait',
    })),
  );
}

/** `-`: not recorded. */
export function summaryOfAlike(sockets: readonly AlikeSockets[]): string {
  const count = (is: (alike: AlikeSockets) => boolean) =>
    sockets.reduce((sum, alike) => sum + (is(alike) ? alike.count : 0), 0);
  // As CurrEstab counts (RFC 1213), and as /proc/net/sockstat does: without TIME-WAITs and half-open requests.
  const established = count(({ state }) => state === 'ESTAB' || state === 'CLOSE-WAIT');
  const waiting = count(({ isTimeWait }) => isTimeWait);
  const inUse = (...families: readonly Family[]) =>
    String(
      count(({ state, isTimeWait, family }) => !NOT_IN_USE.has(state) && !isTimeWait && families.includes(family)),
    );
  return textOf('-', `${count(() => true)} (estab ${established}, closed -, orphaned -, timewait ${waiting})`, [
    ['TCP', inUse(4, 6), inUse(4), inUse(6)],
  ]);
}

const NOT_IN_USE: ReadonlySet<TcpState> = new Set<TcpState>(['NEW-SYN-RECV', 'UNCONN']);

/** Counters of /proc/net/sockstat and sockstat6, `TCP6.inuse`. */
export type Counters = ReadonlyMap<string, number>;

/** The summary of a network namespace, in ss's format. */
export function summaryText(netns: string | undefined): string {
  const path = onePathOf({ netns }, '-s');
  const counters = path === undefined ? readCounters() : insideNetns(path, readCounters);
  return formatSummary(counters);
}

function readCounters(): Counters {
  const counters = new Map<string, number>();
  for (const file of ['sockstat', 'sockstat6']) {
    for (const line of read(file).split('\n')) {
      const [name, numbers = ''] = line.split(':', 2);
      for (const [, key, value] of numbers.matchAll(/(\w+) (\d+)/g)) counters.set(`${name}.${key}`, Number(value));
    }
  }
  const [names = '', values = ''] = read('snmp')
    .split('\n')
    .filter((line) => line.startsWith('Tcp:'));
  const established = names.split(' ').indexOf('CurrEstab');
  counters.set('established', Number(values.split(' ')[established] ?? 0));
  return counters;
}

/** The thread's own view: only the thread enters another namespace. */
function read(file: string): string {
  try {
    return readFileSync(`/proc/thread-self/net/${file}`, 'utf8');
  } catch {
    return '';
  }
}

function formatSummary(counters: Counters): string {
  const of = (key: string) => counters.get(key) ?? 0;
  const timeWait = of('TCP.tw');
  // TIME-WAIT is not included in what is allocated; what is allocated but not in use is closed.
  const all = of('TCP.alloc') + timeWait;
  const inUse = { v4: of('TCP.inuse'), v6: of('TCP6.inuse') };
  const closed = all - inUse.v4 - inUse.v6;
  const rows: [string, number, number][] = [
    ['RAW', of('RAW.inuse'), of('RAW6.inuse')],
    ['UDP', of('UDP.inuse') + of('UDPLITE.inuse'), of('UDP6.inuse') + of('UDPLITE6.inuse')],
    ['TCP', inUse.v4, inUse.v6],
  ];
  const sum = (index: 1 | 2) => rows.reduce((total, row) => total + row[index], 0);
  rows.push(['INET', sum(1), sum(2)], ['FRAG', of('FRAG.inuse'), of('FRAG6.inuse')]);
  const states = `estab ${of('established')}, closed ${closed}, orphaned ${of('TCP.orphan')}, timewait ${timeWait}`;
  return textOf(
    String(of('sockets.used')),
    `${all} (${states})`,
    rows.map(([name, v4, v6]) => [name, String(v4 + v6), String(v4), String(v6)]),
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
