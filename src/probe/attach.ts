/** Finds the largest program that this machine accepts: first everything, then concern by concern. */

import { messageOf, SstoryError } from '../model/error.js';
import type { RunNote } from '../model/run-note.js';
import { Bpftrace, bpftraceVersion, minorVersion, refusedUser } from './bpftrace.js';
import { assembleProgram, CONCERNS, type Concern, concernsOf, type ProgramOptions, TRACEPOINTS } from './program.js';
import { mountTracefs, tracefsMount, tracefsRoot, tracepointFormat } from './tracefs.js';

export interface Attached {
  readonly bpftrace: Bpftrace;
  readonly version: string;
  readonly concerns: readonly Concern[];
  readonly missing: readonly MissingConcern[];
  /** What the program was assembled with, besides this kernel's tracepoints. */
  readonly program: Omit<ProgramOptions, 'formatOf' | 'sourceOf'>;
  /** What else an operator should know: what was mounted, what differs in this kernel. */
  readonly notes: readonly RunNote[];
}

/** A concern that cannot be attached here: its events are not recorded. */
export interface MissingConcern {
  readonly concern: Concern;
  readonly why: string;
}

export function noteOfMissing({ concern, why }: MissingConcern): RunNote {
  return probeNote(`no ${concern} events: ${why}`);
}

export function probeNote(text: string): RunNote {
  return { subject: 'probe', text };
}

export interface AttachOptions {
  readonly connectArguments: ProgramOptions['connectArguments'];
  /** Pages of its buffers: of each CPU's up to 0.17, later of the one that all share. */
  readonly ringPages: (version: string) => number;
  readonly onLine: (line: string) => void;
  /** Aborted, a bpftrace that is not ready yet is killed, and `attach` fails with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** @throws SstoryError `not-root`, `no-bpftrace`, `no-tracefs`, `no-tracepoint`, `bpftrace-failed` */
export async function attach(options: AttachOptions): Promise<Attached> {
  const version = await bpftraceVersion();
  if (version === undefined) {
    throw new SstoryError('no-bpftrace', 'bpftrace is not installed', { hint: 'apt-get install bpftrace' });
  }
  const refused = refusedUser(version);
  if (refused !== undefined) throw new SstoryError('not-root', refused, { hint: 'run it with sudo' });
  const notes = await mountedTracefs();
  const present = concernsOf(tracepointFormat);
  if (!present.includes('transitions')) {
    throw new SstoryError('no-tracepoint', 'this kernel has no tracepoint sock:inet_sock_set_state (Linux 4.16)');
  }
  const ringPages = options.ringPages(version);
  const { notes: found, missing, ...attached } = await attachMost({ ...options, ringPages }, present, version);
  return { ...attached, version, missing: [...absentFrom(present), ...missing], notes: [...notes, ...found] };
}

/** The concerns whose tracepoints this kernel lacks. */
function absentFrom(present: readonly Concern[]): MissingConcern[] {
  return CONCERNS.filter((concern) => !present.includes(concern)).map((concern) => ({
    concern,
    why: `this kernel lacks ${TRACEPOINTS[concern].join(' or ')}`,
  }));
}

/** What differs between kernels and versions of bpftrace, and is found out by trying. */
type Dialect = Pick<ProgramOptions, 'cgroup' | 'fields'>;

type StartOptions = Omit<AttachOptions, 'ringPages'> & { readonly ringPages: number };

/** From 0.23 on bpftrace is known to cast no record to a number: a try would cost a second. */
function dialectsOf(version: string): readonly Dialect[] {
  const byName: Dialect = { cgroup: true, fields: 'name' };
  return minorVersion(version) >= 23 ? [byName] : [{ cgroup: true, fields: 'offset' }, byName];
}

async function attachMost(
  options: StartOptions,
  present: readonly Concern[],
  version: string,
): Promise<Omit<Attached, 'version'>> {
  for (const dialect of dialectsOf(version)) {
    const whole = await tryToStart(options, present, dialect);
    if (whole instanceof Bpftrace) {
      const program = { concerns: present, connectArguments: options.connectArguments, ...dialect };
      return { bpftrace: whole, concerns: present, missing: [], program, notes: [] };
    }
  }
  const dialect = await smallestDialect(options);
  const missing: MissingConcern[] = [];
  const concerns: Concern[] = ['transitions'];
  for (const concern of present.slice(1)) {
    const complaint = await works(options, [...concerns, concern], dialect);
    if (complaint === undefined) concerns.push(concern);
    else missing.push({ concern, why: complaint.message });
  }
  const bpftrace = await tryToStart(options, concerns, dialect);
  if (!(bpftrace instanceof Bpftrace)) throw bpftrace;
  const notes = dialect.cgroup ? [] : [probeNote('no cgroups: this kernel has another layout of them')];
  const program = { concerns, connectArguments: options.connectArguments, ...dialect };
  return { bpftrace, concerns, missing, program, notes };
}

/** The dialect in which transitions alone attach. @throws bpftrace's error where they do not */
async function smallestDialect(options: StartOptions): Promise<Dialect> {
  const dialect: Dialect = { cgroup: true, fields: 'name' };
  if ((await works(options, ['transitions'], dialect)) === undefined) return dialect;
  const complaint = await works(options, ['transitions'], { ...dialect, cgroup: false });
  if (complaint !== undefined) throw complaint;
  return { ...dialect, cgroup: false };
}

async function works(
  options: StartOptions,
  concerns: readonly Concern[],
  dialect: Dialect,
): Promise<Error | undefined> {
  const started = await tryToStart(options, concerns, dialect);
  if (!(started instanceof Bpftrace)) return started;
  await started.end();
  return undefined;
}

async function tryToStart(
  options: StartOptions,
  concerns: readonly Concern[],
  dialect: Dialect,
): Promise<Bpftrace | Error> {
  const { connectArguments } = options;
  const program = assembleProgram({ concerns, connectArguments, ...dialect, formatOf: tracepointFormat });
  options.signal?.throwIfAborted();
  const bpftrace = new Bpftrace(program, options.ringPages, options.onLine);
  const kill = () => bpftrace.kill();
  options.signal?.addEventListener('abort', kill);
  try {
    await bpftrace.ready;
    return bpftrace;
  } catch (error) {
    options.signal?.throwIfAborted();
    return error instanceof Error ? error : new Error(messageOf(error));
  } finally {
    options.signal?.removeEventListener('abort', kill);
  }
}

/** Makes sure that tracefs can be read. */
async function mountedTracefs(): Promise<RunNote[]> {
  if (tracefsRoot() !== undefined) return [];
  const mount = tracefsMount();
  if (mount !== undefined) {
    throw new SstoryError('no-tracefs', `uid ${process.geteuid?.()} may not read ${mount}`, {
      hint: 'run it with sudo, or give it CAP_DAC_READ_SEARCH',
    });
  }
  if (await mountTracefs()) return [probeNote('mounted tracefs at /sys/kernel/tracing')];
  throw new SstoryError('no-tracefs', 'tracefs is not mounted and cannot be mounted', {
    hint: 'mount -t tracefs tracefs /sys/kernel/tracing (in a container, the host has to share it)',
  });
}
