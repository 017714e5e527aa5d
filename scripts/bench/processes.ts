/**
 * What it costs to follow processes: CPU of the recorder and run time of its BPF programs while processes fork, execute and end.
 * Run as root: `node dist/scripts/bench/processes.js [A_SECOND [SECONDS]]`.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { bpfIdsOf, enableStatistics, openById, programInfo } from '../../src/sys/bpf.js';
import { Recorder } from '../../test/lab/sstory.js';
import { say } from './figures.js';
import { runTimeMs } from './process-usage.js';
import { FORKS } from './programs.js';
import { TemporaryDirectory } from './temporary-directory.js';

const OF_PROCESSES = /^(tracepoint_task|tracepoint_sche|task_newtask|sched_process_)/;
const WARM_UP_SECONDS = 10;

const [rate = 2_000, seconds = 20] = process.argv.slice(2).map(Number);

interface Cost {
  readonly recorderMs: number;
  readonly programsMs: number;
}

function costOf(recorder: Recorder, programs: readonly number[]): Cost {
  const programsMs = programs.reduce((sum, fd) => sum + programInfo(fd).runTimeMs, 0);
  return { recorderMs: runTimeMs(recorder.pid ?? 0), programsMs };
}

using directory = new TemporaryDirectory();
enableStatistics();
const recorder = await Recorder.start(directory.file('processes.db'), '--source', 'bpf');
const programs = bpfIdsOf(recorder.pid ?? 0, 'prog')
  .flatMap((id) => openById(id, 'prog') ?? [])
  .filter((fd) => OF_PROCESSES.test(programInfo(fd).name));
await delay(WARM_UP_SECONDS * 1_000);
for (const hold of ['idle', 'none', 'listen']) {
  const before = costOf(recorder, programs);
  const made =
    hold === 'idle'
      ? await delay((seconds + 3) * 1_000, '0')
      : (await execa(FORKS, [`${rate}`, `${seconds}`, hold])).stdout;
  const after = costOf(recorder, programs);
  const share = (ms: number) => `${((ms / (seconds + 3) / 1_000) * 100).toFixed(2)} %`;
  const what = { idle: 'no process', none: 'by one without a socket', listen: 'by one with a socket' }[hold];
  say(
    `${Math.round(Number(made) / seconds)} forks, execs and exits/s, ${what}: recorder ` +
      `${share(after.recorderMs - before.recorderMs)} of a core, programs ${share(after.programsMs - before.programsMs)}`,
  );
}
await recorder.stop();
process.exit(0);
