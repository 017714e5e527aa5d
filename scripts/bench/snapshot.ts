/**
 * What a dump of all sockets costs, beside the real ss. Round by round in one run: dump, dump and decode of every field,
 * the same with owners, and a snapshot in its thread. Run as root: `node dist/scripts/bench/snapshot.js [SOCKETS...]`.
 */
import { once } from 'node:events';
import { execa } from 'execa';
import type { DiagRow } from '../../src/snapshot/diag-row.js';
import { type DumpOptions, dumpSockets } from '../../src/snapshot/dump.js';
import { readOwners } from '../../src/snapshot/owners.js';
import { openSnapshots, type Snapshots } from '../../src/snapshot/snapshots.js';
import { median, say } from './figures.js';
import { HOLD, inNewNetns } from './programs.js';

const ROUNDS = 9;
const COUNTS = [10, 1_000, 15_000];

/** Reads from a row everything that ss -tanei could print of it. */
function decodeAll(row: DiagRow): number {
  const { tuple, timer, info, memory } = row;
  let sum = tuple.localPort + tuple.remotePort + tuple.localAddr.length + tuple.remoteAddr.length + row.state.length;
  sum += row.recvQ + row.sendQ + row.uid + row.inode + row.cookie + row.interfaceIndex;
  sum += timer.expiresMs + timer.retransmits + (row.congestion?.length ?? 0) + (row.cgroup ?? 0) + (row.mark ?? 0);
  sum += (row.tos ?? 0) + (row.tclass ?? 0) + (row.shutdown ?? 0) + (row.classId ?? 0) + (row.sockopt ?? 0);
  sum += (row.protocol ?? 0) + (row.ulp?.length ?? 0) + Number(row.v6only ?? 0) + (memory?.rmemAlloc ?? 0);
  sum += row.congestionInfo?.['bw'] ?? 0;
  if (info === undefined) return sum;
  sum += info.rtoUs + info.atoUs + info.rttUs + info.rttvarUs + info.sndMss + info.rcvMss + info.pmtu + info.advmss;
  sum += info.sndCwnd + info.sndSsthresh + info.unacked + info.lost + info.retrans + info.totalRetrans + info.rcvRttUs;
  sum += info.lastDataSentMs + info.lastDataRecvMs + info.lastAckRecvMs + info.rcvSpace + info.rcvSsthresh;
  sum += (info.bytesSent ?? 0) + (info.bytesAcked ?? 0) + (info.bytesReceived ?? 0) + (info.segsOut ?? 0);
  sum += (info.segsIn ?? 0) + (info.dataSegsOut ?? 0) + (info.dataSegsIn ?? 0) + (info.pacingRate ?? 0);
  return sum + (info.deliveryRate ?? 0) + (info.busyTimeUs ?? 0) + (info.minRttUs ?? 0) + (info.sndWnd ?? 0);
}

async function ss(pid: number, flags: string): Promise<void> {
  await execa('nsenter', [`--net=/proc/${pid}/ns/net`, 'ss', flags], { stdio: ['ignore', 'ignore', 'inherit'] });
}

type Contender = readonly [name: string, run: () => unknown, against?: string];

function contenders(pid: number, snapshots: Snapshots): Contender[] {
  const options: DumpOptions = { netnsPath: `/proc/${pid}/ns/net` };
  const decoded = () => dumpSockets(options).reduce((sum, row) => sum + decodeAll(row), 0);
  return [
    ['ss -tanei', () => ss(pid, '-tanei')],
    ['dump', () => dumpSockets(options).length, 'ss -tanei'],
    ['dump, all decoded', decoded, 'ss -tanei'],
    ['ss -tanepi', () => ss(pid, '-tanepi')],
    ['dump, decoded, owners', () => decoded() + readOwners().size, 'ss -tanepi'],
    ['snapshot in its thread, all namespaces', () => snapshots.take()],
  ];
}

/** Each contender once a round, so that a busy machine disturbs all of them alike. */
async function measure(all: readonly Contender[]): Promise<Map<string, number>> {
  const times = new Map<string, number[]>(all.map(([name]) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, run] of all) {
      const start = performance.now();
      await run();
      times.get(name)?.push(performance.now() - start);
    }
  }
  return new Map([...times].map(([name, each]) => [name, median(each)]));
}

async function bench(sockets: number): Promise<void> {
  const hold = execa(...inNewNetns(HOLD, sockets));
  const { pid } = hold;
  if (pid === undefined) throw new Error(`${HOLD} did not start`);
  const snapshots = openSnapshots({ netns: 'all' });
  try {
    await Promise.race([once(hold.stdout, 'data'), hold]);
    const all = contenders(pid, snapshots);
    const medians = await measure(all);
    say(`${sockets} sockets, median of ${ROUNDS} rounds`);
    for (const [name, , against] of all) {
      const ms = medians.get(name) ?? 0;
      const ratio =
        against === undefined ? '' : `  ${((medians.get(against) ?? 0) / ms).toFixed(1)}x faster than ${against}`;
      say(`  ${name.padEnd(40)}${ms.toFixed(1).padStart(8)} ms${ratio}`);
    }
  } finally {
    await snapshots.close();
    hold.stdin.end();
    await hold;
  }
}

for (const sockets of process.argv.length > 2 ? process.argv.slice(2).map(Number) : COUNTS) await bench(sockets);
