/**
 * A recording that is cut off at its Nth write, by strace(1): the recorder is killed there, or the write fails. Connections are made all the
 * while. Then another recorder continues the file.
 */
import { rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { CHURN } from './churn.js';
import { Netns } from './netns.js';
import { MAIN, query, Recorder, sstory } from './sstory.js';

/** What SQLite writes with, on its file, log and journal. */
const CALLS = 'pwrite64,ftruncate,fsync,fdatasync,unlink';
const FILES = ['', '-wal', '-shm', '-journal'];
export const FAULTS = { kill: 'signal=SIGKILL', eio: 'error=EIO', enospc: 'error=ENOSPC' } as const;

export type FaultKind = keyof typeof FAULTS;

/** Enough for the wrong answer to be seen; each ends before the next begins. */
const ROUNDS = 6;
const CONNECTIONS = 5;
/** Of both ends; listeners come on top. */
const SOCKETS = 2 * CONNECTIONS;
/** Under strace, and while other tests run. */
const START_MS = 30_000;
const STOP_MS = 60_000;

interface Made {
  readonly fromUs: number;
  readonly toUs: number;
}

interface CrashPoint {
  readonly path: string;
  readonly fault: FaultKind;
  /** Which of the writes, from 1. */
  readonly at: number;
}

export interface CrashOutcome {
  /** False: the recording had ended before. */
  readonly reached: boolean;
  /** What is wrong afterwards; empty: nothing. */
  readonly problems: readonly string[];
}

/** Makes a recording with a fault, continues it, and examines what is in the file. It is deleted before, not after. */
export async function crashAt({ path, fault, at }: CrashPoint): Promise<CrashOutcome> {
  for (const side of FILES) rmSync(path + side, { force: true });
  const place = await Netns.create();
  try {
    const made = await record({ path, fault, at }, place);
    const reached = /INJECTED|killed by SIGKILL/.test(await readFile(`${path}.strace`, 'utf8'));
    const begun = Date.now() * 1000;
    const second = await Recorder.start(path, '--source', 'bpf', '--no-names');
    const later = await churn(place);
    const { exitCode, stderr } = await second.stop('SIGINT', STOP_MS);
    const problems = exitCode === 0 ? [] : [`the next recorder failed: ${stderr}`];
    return { reached, problems: [...problems, ...(await problemsOf(path, place, [...made, later], begun))] };
  } finally {
    await place[Symbol.asyncDispose]();
  }
}

/** Until the recorder ends. @returns what was made while it said that it records */
async function record({ path, fault, at }: CrashPoint, place: Netns): Promise<Made[]> {
  const inject = `inject=${CALLS}:${FAULTS[fault]}:when=${at}`;
  const paths = FILES.flatMap((side) => ['-P', path + side]);
  const command = [process.execPath, MAIN, 'record', '--db', path, '--source', 'bpf', '--no-names'];
  const child = execa(
    'strace',
    ['-f', '--seccomp-bpf', '-o', `${path}.strace`, ...paths, '-e', `trace=${CALLS}`, '-e', inject, ...command],
    { reject: false, stdin: 'ignore' },
  );
  let ended = false;
  const end = child.then(() => {
    ended = true;
  });
  const began = new Promise<void>((resolve) => {
    child.stderr.on('data', (chunk: Buffer) => {
      if (chunk.includes('recording into')) resolve();
    });
  });
  const made: Made[] = [];
  await Promise.race([began, end, delay(START_MS, undefined, { ref: false })]);
  while (!ended && made.length < ROUNDS) made.push(await churn(place));
  if (!ended) await stop(child.pid ?? 0);
  await end;
  return made;
}

/** strace passes no signal on to what it traces. */
async function stop(strace: number): Promise<void> {
  const children = await readFile(`/proc/${strace}/task/${strace}/children`, 'utf8');
  for (const pid of children.split(' ').filter((text) => text !== '')) process.kill(Number(pid), 'SIGINT');
}

async function churn(place: Netns): Promise<Made> {
  const fromUs = Date.now() * 1000;
  await place.run(CHURN, String(CONNECTIONS));
  return { fromUs, toUs: (Date.now() + 1) * 1000 };
}

/** Each connection is in the file, or a gap is where it was made. */
async function problemsOf(path: string, place: Netns, all: readonly Made[], begunUs: number): Promise<string[]> {
  const problems: string[] = [];
  const check = await sstory('check', '--db', path);
  if (check.exitCode !== 0) problems.push(`check: ${check.stdout}${check.stderr}`);
  const [first] = query<{ us: number }>(path, 'SELECT min(started_us) AS us FROM runs');
  for (const { fromUs, toUs } of all) {
    const [found] = query<{ sockets: number; gaps: number }>(
      path,
      `SELECT (SELECT count(*) FROM connections WHERE netns = @netns AND remote_port > 0 AND opened_us BETWEEN @fromUs AND @toUs) AS sockets,
         (SELECT count(*) FROM gaps WHERE reason <> 'clock' AND from_us <= @toUs AND to_us >= @fromUs) AS gaps`,
      { netns: place.inode, fromUs, toUs },
    );
    const { sockets = 0, gaps = 0 } = found ?? {};
    const isBefore = toUs < (first?.us ?? begunUs);
    // More than those: the last of the round before was made in the same millisecond.
    if (sockets < SOCKETS && gaps === 0 && !isBefore)
      problems.push(`${sockets} of ${SOCKETS} sockets made from ${fromUs} to ${toUs}, and no gap`);
  }
  return problems;
}
