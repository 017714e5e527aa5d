/**
 * How fast `sstory ss` is, beside the real ss. Round by round in one run, in a network namespace of its own:
 *  - whole processes: `sstory ss -tanei` and `ss -tanei`, from exec to exit, into a pipe that is read;
 *  - inside a process: dump and decode of what ss -tanei asks for, against the whole of ss.
 *
 * Run as root: `node dist/scripts/bench/ss.js [SOCKETS...]`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { execa } from 'execa';
import type { DiagRow } from '../../src/snapshot/diag-row.js';
import { dumpSockets } from '../../src/snapshot/dump.js';
import { median, say } from './figures.js';
import { HOLD, inNewNetns, SSTORY } from './programs.js';

const ROUNDS = 11;
const COUNTS = [10, 1_000, 15_000];
/** INET_DIAG_INFO, VEGASINFO, CONG: what ss -i asks for. */
const INFO = 0b1110;

/** Runs a command to its end and reads what it prints: the time from exec to exit, milliseconds. */
async function wholeProcess(command: string, args: readonly string[]): Promise<number> {
  const start = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.resume();
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}`);
  return performance.now() - start;
}

/** Reads from a row everything that ss -tanei could print of it. */
function decodeAll(row: DiagRow): number {
  const { tuple, timer, info, state } = row;
  let sum = tuple.localPort + tuple.remotePort + tuple.localAddr.length + tuple.remoteAddr.length + state.length;
  sum += row.recvQ + row.sendQ + row.uid + row.inode + row.cookie + row.interfaceIndex + timer.expiresMs;
  sum += timer.retransmits + (row.congestion?.length ?? 0) + (row.cgroup ?? 0) + (row.mark ?? 0) + (row.shutdown ?? 0);
  sum += (row.v6only ? 1 : 0) + (row.ulp?.length ?? 0) + (row.congestionInfo?.['bw'] ?? 0);
  if (info === undefined) return sum;
  sum += info.options + info.sndWscale + info.rcvWscale + info.backoff + info.retransmits + info.fastopenClientFail;
  sum += info.rtoUs + info.atoUs + info.rttUs + info.rttvarUs + info.sndMss + info.rcvMss + info.pmtu + info.advmss;
  sum += info.sndCwnd + info.sndSsthresh + info.unacked + info.sacked + info.lost + info.retrans + info.totalRetrans;
  sum += info.reordering + info.rcvRttUs + info.rcvSpace + info.rcvSsthresh + info.fackets;
  sum += info.lastDataSentMs + info.lastDataRecvMs + info.lastAckRecvMs + (info.dsackDups ?? 0) + (info.reordSeen ?? 0);
  sum += (info.bytesSent ?? 0) + (info.bytesRetrans ?? 0) + (info.bytesAcked ?? 0) + (info.bytesReceived ?? 0);
  sum += (info.segsOut ?? 0) + (info.segsIn ?? 0) + (info.dataSegsOut ?? 0) + (info.dataSegsIn ?? 0);
  sum += (info.pacingRate ?? 0) + (info.maxPacingRate ?? 0) + (info.deliveryRate ?? 0) + (info.delivered ?? 0);
  sum += (info.busyTimeUs ?? 0) + (info.rwndLimitedUs ?? 0) + (info.sndbufLimitedUs ?? 0) + (info.notsentBytes ?? 0);
  sum += (info.minRttUs ?? 0) + (info.sndWnd ?? 0) + (info.rcvOoopack ?? 0) + (info.deliveredCe ?? 0);
  return info.deliveryRateAppLimited ? sum + 1 : sum;
}

async function elapsed(run: () => unknown): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

type Contender = readonly [name: string, run: () => Promise<number>];

function contenders(pid: number): Contender[] {
  const netnsPath = `/proc/${pid}/ns/net`;
  const inside = (...words: string[]) => wholeProcess('nsenter', [`--net=${netnsPath}`, ...words]);
  const dump = () => dumpSockets({ netnsPath, extensions: INFO });
  return [
    ['ss -tanei', () => inside('ss', '-tanei')],
    ['sstory ss -tanei', () => inside(process.execPath, SSTORY, 'ss', '-tanei')],
    ['dump and decode, inside the process', () => elapsed(() => dump().reduce((sum, row) => sum + decodeAll(row), 0))],
    ['node -e 0', () => inside(process.execPath, '-e', '0')],
  ];
}

/** Each contender once a round, so that a busy machine disturbs all of them alike. */
async function measure(all: readonly Contender[]): Promise<Map<string, number[]>> {
  const times = new Map<string, number[]>(all.map(([name]) => [name, []]));
  for (let round = -1; round < ROUNDS; round++) {
    for (const [name, run] of all) {
      const ms = await run();
      if (round >= 0) times.get(name)?.push(ms);
    }
  }
  return times;
}

async function bench(sockets: number): Promise<void> {
  const hold = execa(...inNewNetns(HOLD, sockets));
  if (hold.pid === undefined) throw new Error(`${HOLD} did not start`);
  try {
    await Promise.race([once(hold.stdout, 'data'), hold]);
    const times = await measure(contenders(hold.pid));
    const ss = times.get('ss -tanei') ?? [];
    say(`${sockets} sockets, median (least) of ${ROUNDS} rounds`);
    for (const [name, each] of times) {
      const ratio = (median(ss) / median(each)).toFixed(2);
      const least = Math.min(...each).toFixed(1);
      say(`  ${name.padEnd(38)}${median(each).toFixed(1).padStart(8)} ms (${least})  ss/this ${ratio}`);
    }
  } finally {
    hold.stdin.end();
    await hold;
  }
}

for (const sockets of process.argv.length > 2 ? process.argv.slice(2).map(Number) : COUNTS) await bench(sockets);
