/**
 * What recording costs. Churn without and with a recorder, side by side in one run, then steady load, idle, many
 * open sockets, how far a follower lags behind, and a load that does not wait for itself: alone, and with 131,072 TIME-WAITs. The
 * steady load and the last one also beside tcpstates and tcplife of a Debian 13 tree with libbpf-tools. Run as root:
 * `node dist/scripts/bench/record.js [--threads] [--peers TREE] [CONNECTIONS [saturated|steady|open|follow|threads ...]]`.
 */
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { Database } from '../../src/store/sqlite.js';
import { CHURN, CHURN_LISTENERS } from '../../test/lab/churn.js';
import { watchPeak } from '../../test/lab/process-memory.js';
import { MAIN, Recorder } from '../../test/lab/sstory.js';
import { median, megabytes, say } from './figures.js';
import { beside, type Peer, peersIn } from './peers.js';
import { descendantsOf, type Usage, usageOf } from './process-usage.js';
import { HOLD, inNewNetns, STORM } from './programs.js';
import { TemporaryDirectory } from './temporary-directory.js';

const ROUNDS = 3;
const STEADY_RATE = 5_000;
const STEADY_SECONDS = 20;
/** Of the same load before it is measured: V8 compiles. */
const STEADY_WARM_UP_SECONDS = 10;
const IDLE_SECONDS = 20;
/** Until V8 has compiled what is run each second: idle is what lasts. */
const WARM_UP_SECONDS = 30;
const OPEN_SOCKETS = 50_000;
const FOLLOWED_SECONDS = 10;
const STORM_SECONDS = 10;
/** How long a recorder may process what is still in memory. */
const CATCH_UP_MS = 60_000;
/** net.ipv4.tcp_max_tw_buckets here. */
const TIME_WAITS = 131_072;

interface Churned {
  readonly made: number;
  readonly seconds: number;
}

/** Runs the generator in a network namespace of its own. */
async function churn(count: number, rate = 0): Promise<Churned> {
  const { stdout } = await execa(...inNewNetns(CHURN, count, rate));
  return JSON.parse(stdout) as Churned;
}

/** What a recorder has used so far, with a bpftrace that it runs (the text transport). */
function usageOfAll({ pid }: Recorder): Usage {
  if (pid === undefined) throw new Error('the recorder did not start');
  return sum([pid, ...descendantsOf(pid)].map(usageOf));
}

/** In a session of its own, as a service is: the kernel gives sessions equal shares (`kernel.sched_autogroup_enabled`, sched(7)). */
function startRecorder(directory: TemporaryDirectory, name: string): Promise<Recorder> {
  return Recorder.startUnder(['setsid', []], directory.file(`${name}.db`), '--source', 'bpf');
}

function sum(usages: readonly Usage[]): Usage {
  const add = (key: keyof Usage) => usages.reduce((total, usage) => total + usage[key], 0);
  return { cpuSeconds: add('cpuSeconds'), peakBytes: add('peakBytes') };
}

interface Counts {
  readonly sockets: number;
  readonly lost: number;
  /** Events that did not fit into the rings, and those that the kernel did not show. */
  readonly overrun: number;
  readonly skipped: number;
  readonly gaps: number;
  readonly bytes: number;
}

/** Closed sockets, losses and bytes on disk of a database that is no longer written. */
function countsOf(path: string): Counts {
  const database = new Database(path);
  database.pragma('wal_checkpoint(TRUNCATE)');
  const one = (sql: string) => Number(database.prepare(sql).pluck().get());
  const counts = {
    sockets: one('SELECT count(*) FROM socket'),
    gaps: one("SELECT count(*) FROM gaps WHERE reason <> 'clock'"),
    lost: one('SELECT coalesce(sum(lost), 0) FROM gaps'),
    overrun: one("SELECT coalesce(sum(lost), 0) FROM gaps WHERE reason = 'overrun'"),
    skipped: one("SELECT coalesce(sum(lost), 0) FROM gaps WHERE reason = 'continuity'"),
    bytes: statSync(path).size,
  };
  database.close();
  return counts;
}

async function saturated(directory: TemporaryDirectory, count: number): Promise<void> {
  const ratios: number[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    const plain = await churn(count);
    const recorder = await startRecorder(directory, `saturated-${round}`);
    const traced = await churn(count);
    const usage = usageOfAll(recorder);
    await recorder.stop();
    const counts = countsOf(recorder.path);
    const ratio = plain.seconds / traced.seconds;
    ratios.push(ratio);
    say(
      `churn ${round}: untraced ${(count / plain.seconds).toFixed(0)}/s, traced ${(count / traced.seconds).toFixed(0)}/s, ratio ${ratio.toFixed(2)}; ` +
        `CPU ${usage.cpuSeconds.toFixed(1)} s, peak ${megabytes(usage.peakBytes)}; ` +
        `${counts.sockets} sockets recorded of ${2 * count} + ${CHURN_LISTENERS} listeners, ${counts.gaps} gaps (${counts.lost} lost), ${(counts.bytes / counts.sockets).toFixed(0)} bytes a socket`,
    );
  }
  say(`traced/untraced, median of ${ROUNDS}: ${median(ratios).toFixed(2)} (goal 0.60)`);
}

async function share(recorder: Recorder, work: () => Promise<unknown>): Promise<number> {
  const before = usageOfAll(recorder);
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  return (usageOfAll(recorder).cpuSeconds - before.cpuSeconds) / seconds;
}

async function steadyAndIdle(directory: TemporaryDirectory, tree: string | undefined): Promise<void> {
  const recorder = await startRecorder(directory, 'steady');
  await delay(WARM_UP_SECONDS * 1000);
  const idle = await share(recorder, () => delay(IDLE_SECONDS * 1000));
  const load = churn(STEADY_RATE * (STEADY_WARM_UP_SECONDS + STEADY_SECONDS), STEADY_RATE);
  await delay(STEADY_WARM_UP_SECONDS * 1000);
  const steady = await share(recorder, () => load);
  await recorder.stop();
  const counts = countsOf(recorder.path);
  say(`idle, ${WARM_UP_SECONDS} s after the start: ${(idle * 100).toFixed(2)} % of one core (goal 0.6 %)`);
  say(
    `steady ${STEADY_RATE} connections/s: ${(steady * 100).toFixed(1)} % of one core (goal 15 %), ${counts.gaps} gaps, ${(counts.bytes / counts.sockets).toFixed(0)} bytes a socket (goal 200)`,
  );
  for (const peer of peersIn(tree)) {
    const { result, lines, cpuSeconds } = await beside(peer, () => churn(STEADY_RATE * STEADY_SECONDS, STEADY_RATE));
    const percent = ((cpuSeconds / result.seconds) * 100).toFixed(1);
    say(`${peer.name}, the same load: ${percent} % of one core; ${missingText(peer, result, lines)}`);
  }
}

function missingText({ linesPerConnection }: Peer, { made }: Churned, lines: number): string {
  const all = made * linesPerConnection;
  return `${all - lines} of ${all} lines missing`;
}

async function manyOpen(directory: TemporaryDirectory): Promise<void> {
  const holder = execa(...inNewNetns(HOLD, OPEN_SOCKETS), { reject: false });
  await once(holder.stdout, 'data');
  const recorder = await startRecorder(directory, 'open');
  const busy = await share(recorder, () => delay(15_000));
  const { peakBytes } = usageOfAll(recorder);
  await recorder.stop();
  holder.stdin.end();
  await holder;
  say(
    `${OPEN_SOCKETS} open sockets: peak ${megabytes(peakBytes)} (goal 250 MB); ${(busy * 100).toFixed(1)} % of one core (goal 3 %)`,
  );
}

/** How long after a transition `log -f` prints it, and how long a recorder takes to end. */
async function followed(directory: TemporaryDirectory): Promise<void> {
  const recorder = await startRecorder(directory, 'followed');
  const follower = execa(process.execPath, [MAIN, 'log', '--db', recorder.path, '-f', '-n', '0', '--json'], {
    reject: false,
    buffer: false,
  });
  const lags: number[] = [];
  createInterface({ input: follower.stdout }).on('line', (line) => {
    const { source, at_us } = JSON.parse(line) as { source?: string; at_us: number };
    if (source === 'probe') lags.push(Date.now() - at_us / 1000);
  });
  await churn(20 * FOLLOWED_SECONDS, 20);
  await delay(1_000);
  follower.kill();
  await follower;
  const start = performance.now();
  await recorder.stop();
  const stopMs = performance.now() - start;
  lags.sort((a, b) => a - b);
  const at = (share: number) => (lags[Math.min(lags.length - 1, Math.floor(lags.length * share))] ?? 0).toFixed(0);
  say(`log -f: ${lags.length} lines, lag median ${at(0.5)} ms, 99 % ${at(0.99)} ms, most ${at(1)} ms (goal 500 ms)`);
  say(`stop: ${(stopMs / 1000).toFixed(2)} s from SIGINT to the end (goal 2 s)`);
}

/** Runs the load whose ends do not wait for each other, after so many connections that have left TIME-WAITs. */
async function storm(timeWaits: number): Promise<Churned> {
  const first = timeWaits === 0 ? '' : `${CHURN} ${timeWaits} >/dev/null && `;
  const { stdout } = await execa(...inNewNetns('sh', '-c', `'${first}exec ${STORM} ${STORM_SECONDS}'`));
  return JSON.parse(stdout) as Churned;
}

const rateOf = ({ made, seconds }: Churned): number => made / seconds;

async function threads(directory: TemporaryDirectory, tree: string | undefined): Promise<void> {
  for (const timeWaits of [0, TIME_WAITS]) {
    const ratios: number[] = [];
    for (let round = 1; round <= ROUNDS; round++) {
      const plain = rateOf(await storm(timeWaits));
      const recorder = await startRecorder(directory, `threads-${timeWaits}-${round}`);
      const before = usageOfAll(recorder).cpuSeconds;
      const traced = rateOf(await storm(timeWaits));
      const { cpuSeconds } = usageOfAll(recorder);
      const watch = watchPeak(recorder.pid ?? 0);
      const start = performance.now();
      await recorder.stop('SIGINT', CATCH_UP_MS);
      const { overrun, skipped, sockets } = countsOf(recorder.path);
      ratios.push(traced / plain);
      say(
        `threads ${round}, ${timeWaits} TIME-WAITs at the start: untraced ${plain.toFixed(0)}/s, traced ${traced.toFixed(0)}/s, ` +
          `ratio ${(traced / plain).toFixed(2)}; lost ${overrun}, skipped by the kernel ${skipped} of ${sockets} sockets' events; ` +
          `CPU during it ${(cpuSeconds - before).toFixed(1)} s, peak ${megabytes(watch.peakBytes())}, stop ${((performance.now() - start) / 1000).toFixed(1)} s`,
      );
    }
    say(`traced/untraced with ${timeWaits} TIME-WAITs, median of ${ROUNDS}: ${median(ratios).toFixed(2)} (goal 0.55)`);
  }
  for (const peer of peersIn(tree)) {
    const plain = rateOf(await storm(0));
    const { result, lines, cpuSeconds } = await beside(peer, () => storm(0));
    say(
      `${peer.name}: traced ${rateOf(result).toFixed(0)}/s, ratio ${(rateOf(result) / plain).toFixed(2)}; ` +
        `${missingText(peer, result, lines)}; CPU ${cpuSeconds.toFixed(1)} s`,
    );
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { threads: { type: 'boolean' }, peers: { type: 'string' } },
});
const [count = '100000', ...named] = positionals;
const wanted = values.threads === true ? [...named, 'threads'] : named;
const parts: Readonly<Record<string, (directory: TemporaryDirectory) => Promise<void>>> = {
  saturated: (directory) => saturated(directory, Number(count)),
  steady: (directory) => steadyAndIdle(directory, values.peers),
  open: manyOpen,
  follow: followed,
  threads: (directory) => threads(directory, values.peers),
};
using directory = new TemporaryDirectory();
for (const [name, part] of Object.entries(parts)) {
  if (wanted.length === 0 || wanted.includes(name)) await part(directory);
}
