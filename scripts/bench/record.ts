/**
 * What recording costs. Churn without and with a recorder, side by side in one run, then steady load, idle, and many
 * open sockets, and how far a follower lags behind. Run as root: `node dist/scripts/bench/record.js [CONNECTIONS [saturated|steady|open|follow ...]]`.
 */
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { execa } from 'execa';
import { CHURN, CHURN_LISTENERS } from '../../test/lab/churn.js';
import { MAIN, Recorder } from '../../test/lab/sstory.js';
import { median, megabytes, say } from './figures.js';
import { descendantsOf, type Usage, usageOf } from './process-usage.js';
import { HOLD, inNewNetns } from './programs.js';
import { TemporaryDirectory } from './temporary-directory.js';

const ROUNDS = 3;
const STEADY_RATE = 5_000;
const STEADY_SECONDS = 20;
const IDLE_SECONDS = 20;
/** Until V8 has compiled what is run each second: idle is what lasts. */
const WARM_UP_SECONDS = 30;
const OPEN_SOCKETS = 50_000;
const FOLLOWED_SECONDS = 10;

interface Churned {
  readonly made: number;
  readonly seconds: number;
}

/** Runs the generator in a network namespace of its own. */
async function churn(count: number, rate = 0): Promise<Churned> {
  const { stdout } = await execa(...inNewNetns(CHURN, count, rate));
  return JSON.parse(stdout) as Churned;
}

/** What a recorder and its bpftrace have used so far. */
function usageOfBoth({ pid }: Recorder): { node: Usage; bpftrace: Usage } {
  if (pid === undefined) throw new Error('the recorder did not start');
  return { node: usageOf(pid), bpftrace: sum(descendantsOf(pid).map(usageOf)) };
}

function startRecorder(directory: TemporaryDirectory, name: string): Promise<Recorder> {
  return Recorder.start(directory.file(`${name}.db`), '--source', 'bpf');
}

function sum(usages: readonly Usage[]): Usage {
  const add = (key: keyof Usage) => usages.reduce((total, usage) => total + usage[key], 0);
  return { cpuSeconds: add('cpuSeconds'), peakBytes: add('peakBytes'), mapBytes: add('mapBytes') };
}

interface Counts {
  readonly sockets: number;
  readonly lost: number;
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
    const usage = usageOfBoth(recorder);
    await recorder.stop();
    const counts = countsOf(recorder.path);
    const ratio = plain.seconds / traced.seconds;
    ratios.push(ratio);
    say(
      `churn ${round}: untraced ${(count / plain.seconds).toFixed(0)}/s, traced ${(count / traced.seconds).toFixed(0)}/s, ratio ${ratio.toFixed(2)}; ` +
        `CPU node ${usage.node.cpuSeconds.toFixed(1)} s, bpftrace ${usage.bpftrace.cpuSeconds.toFixed(1)} s; ` +
        `peak node ${megabytes(usage.node.peakBytes)}, bpftrace ${megabytes(usage.bpftrace.peakBytes)}, maps ${megabytes(usage.bpftrace.mapBytes)}; ` +
        `${counts.sockets} sockets recorded of ${2 * count} + ${CHURN_LISTENERS} listeners, ${counts.gaps} gaps (${counts.lost} lost), ${(counts.bytes / counts.sockets).toFixed(0)} bytes a socket`,
    );
  }
  say(`traced/untraced, median of ${ROUNDS}: ${median(ratios).toFixed(2)} (goal 0.60)`);
}

async function share(recorder: Recorder, work: () => Promise<unknown>): Promise<number> {
  const before = usageOfBoth(recorder);
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  const after = usageOfBoth(recorder);
  const used = after.node.cpuSeconds + after.bpftrace.cpuSeconds - before.node.cpuSeconds - before.bpftrace.cpuSeconds;
  return used / seconds;
}

async function steadyAndIdle(directory: TemporaryDirectory): Promise<void> {
  const recorder = await startRecorder(directory, 'steady');
  await delay(WARM_UP_SECONDS * 1000);
  const idle = await share(recorder, () => delay(IDLE_SECONDS * 1000));
  const steady = await share(recorder, () => churn(STEADY_RATE * STEADY_SECONDS, STEADY_RATE));
  await recorder.stop();
  const counts = countsOf(recorder.path);
  say(`idle, ${WARM_UP_SECONDS} s after the start: ${(idle * 100).toFixed(2)} % of one core (goal 1 %)`);
  say(
    `steady ${STEADY_RATE} connections/s: ${(steady * 100).toFixed(1)} % of one core (goal 20 %), ${counts.gaps} gaps, ${(counts.bytes / counts.sockets).toFixed(0)} bytes a socket (goal 300)`,
  );
}

async function manyOpen(directory: TemporaryDirectory): Promise<void> {
  const holder = execa(...inNewNetns(HOLD, OPEN_SOCKETS), { reject: false });
  await once(holder.stdout, 'data');
  const recorder = await startRecorder(directory, 'open');
  const busy = await share(recorder, () => delay(15_000));
  const { node, bpftrace } = usageOfBoth(recorder);
  await recorder.stop();
  holder.stdin.end();
  await holder;
  const all = node.peakBytes + bpftrace.peakBytes + bpftrace.mapBytes;
  say(
    `${OPEN_SOCKETS} open sockets: node ${megabytes(node.peakBytes)} + bpftrace ${megabytes(bpftrace.peakBytes)} + maps ${megabytes(bpftrace.mapBytes)} = ${megabytes(all)} (goal 300 MB); ${(busy * 100).toFixed(1)} % of one core`,
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

const [count = '100000', ...wanted] = process.argv.slice(2);
const parts: Readonly<Record<string, (directory: TemporaryDirectory) => Promise<void>>> = {
  saturated: (directory) => saturated(directory, Number(count)),
  steady: steadyAndIdle,
  open: manyOpen,
  follow: followed,
};
using directory = new TemporaryDirectory();
for (const [name, part] of Object.entries(parts)) {
  if (wanted.length === 0 || wanted.includes(name)) await part(directory);
}
