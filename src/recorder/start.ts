/** Starts a run: attaches the probe, opens the other sources, and writes the run's row. */
import type Database from 'better-sqlite3';
import { EMPTY } from 'rxjs';
import { SstoryError } from '../model/error.js';
import { NO_CHANGES } from '../model/history-batch.js';
import { type RunStart, runEndUs } from '../model/run.js';
import { noteLine, type RunNote } from '../model/run-note.js';
import { noteOfMissing } from '../probe/attach.js';
import type { DescriptorKeeper } from '../probe/kept-programs.js';
import { openProbe, type Probe } from '../probe/probe.js';
import type { ProbeStart } from '../probe/probe-options.js';
import { openDestroyFeed } from '../snapshot/destroyed.js';
import { openSnapshots } from '../snapshot/snapshots.js';
import { Checkpoints } from '../store/checkpoints.js';
import { reopenUnreached } from '../store/foreseen.js';
import { endLeftOpen } from '../store/host-tables.js';
import { endOpenNames } from '../store/name-writer.js';
import { settleGaps } from '../store/provisional-gaps.js';
import { nextConnectionId, RunRecord, readRuns } from '../store/runs.js';
import { bootTimeUs, tickUs, wallOffsetUs } from '../sys/clock.js';
import { readHost } from '../sys/host.js';
import { netnsOfProcess, ownNetns } from '../sys/netns.js';
import { VERSION } from '../sys/version.js';
import { ActiveRun } from './active-run.js';
import { KeptBounds } from './bounds.js';
import { clockGap } from './clock-watch.js';
import { carriedOver, downtime, namespacesThatStillExist, stepBetween } from './continuation.js';
import { FileWatch } from './file-watch.js';
import type { LockedDatabase } from './locked-database.js';
import { NameSource, NO_NAMES_NOTE } from './name-source.js';
import { PatientStore } from './patient-store.js';
import type { RecordOptions } from './record-options.js';
import { Recorder } from './recorder.js';
import type { Say } from './say.js';
import { Shedding } from './shedding.js';
import { RecordStatus } from './status.js';
import type { FileTee, TeeParts } from './tee.js';
import { TeeFile } from './tee-file.js';

/** How long a commit waits for a lock: events arrive meanwhile. After that it waits in memory. */
const BUSY_TIMEOUT_MS = 20;

/**
 * Starts to record into a database that nothing else of sstory writes to. `keeper`: keeps the BPF programs for the next recorder.
 * @throws SstoryError those of `Probe.ready`, with `--source bpf`; `exists`, `cannot-write` and `no-reader` of the tee
 */
export async function startRun(
  { database, lock }: LockedDatabase,
  options: RecordOptions,
  say: Say,
  keeper?: DescriptorKeeper,
): Promise<ActiveRun> {
  const runs = readRuns(database);
  const previous = runs.at(-1);
  const teeFile = options.tee === undefined ? undefined : await TeeFile.open(options.tee);
  const traced = await startProbe(options, say, keeper);
  // The history begins with the first event that can be in it: attaching and checking goes on for a while after that.
  const startedUs = traced === undefined ? nowUs() : wallUs(traced.start.sinceBootUs);
  endOpenNames(database, previous === undefined ? 0 : runEndUs(previous));
  const names = await startNames(database, options, say);
  const snapshots = openSnapshots({ netns: options.netns, rareTimeWaits: traced !== undefined });
  const run = runStart(options, startedUs, traced, names.notes);
  reopenUnreached(database);
  settleGaps(database);
  const record = new RunRecord(database, run);
  const step = stepBetween(previous, run);
  if (step !== undefined) record.clockStep(step.atUs, step.stepUs);
  const tee = await teeInto(teeFile, { database, run, runId: record.id, say });
  const status = new RecordStatus(options.db, Date.now());
  const bounds = KeptBounds.of(database, options, say);
  const checkpoints = new Checkpoints(database, { startUs: startedUs, bounded: bounds !== undefined });
  database.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  const store = new PatientStore(say);
  const shedding = new Shedding({
    database,
    store,
    limitBytes: options.maxMemory,
    nowUs,
    names: names.source,
    began: () => status.countGap(),
    ended: (gap) => tee?.batch({ ...NO_CHANGES, gaps: [gap] }),
    say,
  });
  if (previous !== undefined) endLeftOpen(database, runEndUs(previous));
  const recorder = new Recorder({
    database,
    run: record,
    store,
    checkpoints,
    probe: traced?.probe,
    snapshots,
    destroyed$: traced === undefined ? openDestroyFeed({ netns: options.netns }) : EMPTY,
    names: names.source,
    intervalMs: options.interval / 1000,
    correlator: {
      firstId: nextConnectionId(database),
      tickUs: tickUs(),
      carriedOver: carriedOver(database, runs, run, step),
      namespaces: namespacesThatStillExist(database, previous, run),
    },
    before: [...downtime(previous, run, step), ...(step === undefined ? [] : [clockGap(step)])],
    afterCommit: (batch) => {
      status.count(batch);
      bounds?.keep(Date.now() * 1000, batch.connections.length + (batch.reached?.ids.length ?? 0));
    },
    tee,
    shedding,
  });
  const file = new FileWatch(database, lock);
  return new ActiveRun({
    recorder,
    store,
    shedding,
    checkpoints,
    file,
    run,
    record,
    status,
    probe: traced?.probe,
    tee,
    names: names.source,
    say,
  });
}

interface TracedStart {
  readonly probe: Probe;
  readonly start: ProbeStart;
  readonly notes: readonly RunNote[];
}

/** Attaches the BPF programs; with `--source auto` and where that fails, reports why: the run goes on without them. */
async function startProbe(
  options: RecordOptions,
  say: Say,
  keeper: DescriptorKeeper | undefined,
): Promise<TracedStart | undefined> {
  if (options.source === 'diag') return undefined;
  const { transport, ringSize, backlog } = options;
  const probe = openProbe({
    transport,
    keeper,
    ...(ringSize === undefined ? {} : { ringBytes: ringSize }),
    ...(backlog === undefined ? {} : { backlogBytes: backlog }),
    backlogPath: `${options.db}-backlog`,
  });
  try {
    const start = await probe.ready;
    const missing = start.missing.map(noteOfMissing);
    for (const note of missing) say(noteLine(note), 'warning');
    for (const note of start.notes) say(noteLine(note));
    return { probe, start, notes: [...missing, ...start.notes] };
  } catch (error) {
    if (options.source === 'bpf' || !(error instanceof SstoryError)) throw error;
    say(`BPF is not available, falling back to --source diag: ${error.message} (see sstory doctor)`, 'warning');
    return undefined;
  }
}

interface NamesStart {
  /** Undefined: names are not recorded. */
  readonly source: NameSource | undefined;
  readonly notes: readonly RunNote[];
}

async function startNames(database: Database.Database, { names, netns }: RecordOptions, say: Say): Promise<NamesStart> {
  const failed = (why: string) => say(`names are not recorded: ${why}: trying again in a minute`, 'warning');
  const started = names
    ? await NameSource.start({ database, netns, failed, nowUs })
    : { source: undefined, notes: [NO_NAMES_NOTE] };
  for (const note of started.notes) say(noteLine(note), names ? 'warning' : 'info');
  return started;
}

function runStart(
  options: RecordOptions,
  startedUs: number,
  traced: TracedStart | undefined,
  nameNotes: readonly RunNote[],
): RunStart {
  return {
    ...readHost(),
    sstory: VERSION,
    bpftrace: traced?.start.bpftraceVersion,
    source: traced === undefined ? 'diag' : 'bpf',
    transport: traced?.start.transport,
    intervalUs: options.interval,
    pid: process.pid,
    initialNetns: netnsOfProcess(1) ?? ownNetns(),
    startedUs,
    clockOffsetUs: Math.floor(wallOffsetUs()),
    notes: [...(traced?.notes ?? []), ...nameNotes],
  };
}

/** The encoder is loaded only where it is needed. */
async function teeInto(file: TeeFile | undefined, parts: Omit<TeeParts, 'file'>): Promise<FileTee | undefined> {
  if (file === undefined) return undefined;
  const { FileTee } = await import('./tee.js');
  return new FileTee({ ...parts, file });
}

/** The wall clock, derived from the clock of the events. */
function nowUs(): number {
  return wallUs(bootTimeUs());
}

function wallUs(bootUs: number): number {
  return Math.floor(bootUs + wallOffsetUs());
}
