/**
 * Whether a recorder that deletes old connections stays as it is: its memory, descriptors, threads and file, under a steady load in
 * a network namespace of its own. As root: `node dist/scripts/soak.js [--minutes 30] [--rate 500]`, and three minutes of warm-up.
 * It fails if the median of the last quarter is more than 5 % above that of the second quarter, or if there are more
 * descriptors or threads. Other network namespaces are recorded too: the host should do nothing else.
 */
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { CHURN } from '../test/lab/churn.js';
import { Netns } from '../test/lab/netns.js';
import { MAIN, numberOf } from '../test/lab/sstory.js';
import { median, say } from './bench/figures.js';
import { anonymousBytes, descendantsOf, residentBytes } from './bench/process-usage.js';
import { TemporaryDirectory } from './bench/temporary-directory.js';

const DEFAULT_MINUTES = 30;
const DEFAULT_RATE = 500;
const SAMPLES = 180;
const SAMPLES_A_LINE = 9;
/** How long connections are kept after they have closed, and before that in TIME-WAIT (TCP_TIMEWAIT_LEN of include/net/tcp.h). */
const RETAINED_SECONDS = 30;
const TIME_WAIT_SECONDS = 60;
/** Until as many are deleted as come, and V8 has seen them go: twice. */
const WARM_UP_SECONDS = 2 * (RETAINED_SECONDS + TIME_WAIT_SECONDS);
const MOST_GROWTH = 1.05;

/** What the recorder and its children take; sizes in bytes. */
interface Sample {
  readonly resident: number;
  readonly anonymous: number;
  /** The database with its write-ahead log. */
  readonly file: number;
  readonly descriptors: number;
  readonly threads: number;
}

type Measure = keyof Sample;

const MEASURES: Readonly<
  Record<Measure, { readonly title: string; readonly text: (value: number) => string; readonly growth: number }>
> = {
  resident: { title: 'resident', text: megabytes, growth: MOST_GROWTH },
  anonymous: { title: 'anonymous', text: megabytes, growth: MOST_GROWTH },
  file: { title: 'db + wal', text: megabytes, growth: MOST_GROWTH },
  descriptors: { title: 'descriptors', text: String, growth: 1 },
  threads: { title: 'threads', text: String, growth: 1 },
};
const NAMES = Object.keys(MEASURES) as Measure[];
const WIDTH = 12;

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function line(first: string, ...cells: readonly string[]): void {
  say(first.padEnd(10) + cells.map((cell) => cell.padStart(WIDTH)).join(''));
}

function sampleOf(pid: number, path: string): Sample {
  const processes = [pid, ...descendantsOf(pid)];
  const sum = (of: (each: number) => number) => processes.reduce((total, each) => total + of(each), 0);
  const entries = (name: string) => sum((each) => readdirSync(`/proc/${each}/${name}`).length);
  return {
    resident: sum((each) => residentBytes(each) ?? 0),
    anonymous: sum((each) => anonymousBytes(each) ?? 0),
    file: ['', '-wal'].reduce(
      (bytes, suffix) => bytes + (statSync(path + suffix, { throwIfNoEntry: false })?.size ?? 0),
      0,
    ),
    descriptors: entries('fd'),
    threads: entries('task'),
  };
}

/** Prints one line for several samples: their medians. */
function report(seconds: number, samples: readonly Sample[]): void {
  line(
    `${seconds.toFixed(0)} s`,
    ...NAMES.map((name) => MEASURES[name].text(median(samples.map((each) => each[name])))),
  );
}

/** Compares the last quarter with the second one; returns what grew. */
function grown(samples: readonly Sample[]): Measure[] {
  const quarter = (from: number) => samples.slice((samples.length * from) / 4, (samples.length * (from + 1)) / 4);
  const of = (name: Measure, from: number) => median(quarter(from).map((each) => each[name]));
  line('quarter 2', ...NAMES.map((name) => MEASURES[name].text(of(name, 1))));
  line('quarter 4', ...NAMES.map((name) => MEASURES[name].text(of(name, 3))));
  line('change', ...NAMES.map((name) => `${((of(name, 3) / of(name, 1) - 1) * 100).toFixed(1)} %`));
  return NAMES.filter((name) => of(name, 3) > of(name, 1) * MEASURES[name].growth);
}

async function soak(minutes: number, rate: number): Promise<boolean> {
  using directory = new TemporaryDirectory();
  await using netns = await Netns.create();
  const path = directory.file('soak.db');
  const seconds = minutes * 60;
  const retain = `${RETAINED_SECONDS}s`;
  const arguments_ = [MAIN, 'record', '--db', path, '--netns', 'self', '--retain', retain];
  const recorder = execa(...netns.inside(process.execPath, ...arguments_), { reject: false, stdin: 'ignore' });
  await once(recorder.stderr, 'data');
  const load = execa(...netns.inside(CHURN, String(rate * (WARM_UP_SECONDS + seconds)), String(rate)), {
    reject: false,
  });
  const { pid } = recorder;
  if (pid === undefined) throw new Error('the recorder did not start');
  say(`${minutes} minutes after ${WARM_UP_SECONDS} s, ${rate} connections/s, connections are kept for ${retain}`);
  line('time', ...NAMES.map((name) => MEASURES[name].title));
  const samples: Sample[] = [];
  const startMs = performance.now() + WARM_UP_SECONDS * 1_000;
  for (let count = 1; count <= SAMPLES; count++) {
    const dueMs = startMs + (count * seconds * 1_000) / (SAMPLES + 1);
    await Promise.race([delay(dueMs - performance.now()), recorder, load]);
    if (recorder.exitCode !== null || load.exitCode !== null) break;
    samples.push(sampleOf(pid, path));
    if (count % SAMPLES_A_LINE === 0) report((performance.now() - startMs) / 1_000, samples.slice(-SAMPLES_A_LINE));
  }
  recorder.kill('SIGINT');
  load.kill();
  const [{ exitCode, stderr }] = await Promise.all([recorder, load]);
  if (samples.length < SAMPLES) throw new Error(`the recorder or the load ended early: ${stderr}`);
  if (exitCode !== 0) throw new Error(`sstory record ended with ${exitCode}: ${stderr}`);
  const deleted = numberOf(path, 'SELECT sum(connections) FROM prunings');
  const kept = numberOf(path, 'SELECT count(*) FROM connections');
  const gaps = numberOf(path, "SELECT count(*) FROM gaps WHERE scope = 'transitions'");
  const others = Math.max(0, deleted + kept - 2 * rate * (WARM_UP_SECONDS + seconds));
  say(`deleted ${deleted} sockets, kept ${kept}, ${gaps} gaps; ${others} sockets were of others on this host`);
  const more = grown(samples);
  say(more.length === 0 ? 'flat' : `NOT FLAT: ${more.map((name) => MEASURES[name].title).join(', ')}`);
  return more.length === 0;
}

const { values } = parseArgs({ options: { minutes: { type: 'string' }, rate: { type: 'string' } } });
const minutes = Number(values.minutes ?? DEFAULT_MINUTES);
const rate = Number(values.rate ?? DEFAULT_RATE);
if (!(minutes > 0 && rate > 0)) {
  process.stderr.write('soak: --minutes and --rate take a number\n');
  process.exit(2);
}
if (!(await soak(minutes, rate))) process.exitCode = 1;
