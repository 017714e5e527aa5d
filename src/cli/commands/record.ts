import { setPriority } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import type Database from 'better-sqlite3';
import { Option } from 'commander';
import { EMPTY } from 'rxjs';
import { counted } from '../../model/counted.js';
import { parseDuration } from '../../model/duration.js';
import { SstoryError } from '../../model/error.js';
import type { ProbeBatch } from '../../model/probe-event.js';
import type { CarriedConnection } from '../../pipeline/carry-over.js';
import { openProbe, type Probe, type ProbeStart } from '../../probe/probe.js';
import type { BoundsOptions } from '../../recorder/bounds.js';
import { KeptBounds } from '../../recorder/bounds.js';
import { openLocked } from '../../recorder/locked-database.js';
import { NameRecording } from '../../recorder/name-source.js';
import { PatientStore } from '../../recorder/patient-store.js';
import { Recorder } from '../../recorder/recorder.js';
import { RecordStatus } from '../../recorder/status.js';
import type { FileTee, TeeParts } from '../../recorder/tee.js';
import { TeeFile } from '../../recorder/tee-file.js';
import { openDestroyFeed } from '../../snapshot/destroyed.js';
import { openSnapshots } from '../../snapshot/snapshots.js';
import {
  nextConnectionId,
  type Run,
  RunRecord,
  type RunStart,
  readOpenConnections,
  readRuns,
} from '../../store/runs.js';
import { bootTimeUs, wallOffsetUs } from '../../sys/clock.js';
import { type Host, readHost } from '../../sys/host.js';
import { VERSION } from '../../sys/version.js';
import { argument, command, DEFAULT_DATABASE, parseWords } from '../command.js';
import { Notes } from '../output/notes.js';
import { withBounds } from './bounds-options.js';

const STATUS_INTERVAL_MS = 500;

interface RecordOptions extends BoundsOptions {
  readonly db: string;
  readonly source: 'auto' | 'bpf' | 'diag';
  readonly interval: number;
  readonly duration?: number;
  readonly netns: 'all' | 'self';
  readonly transport: 'auto' | 'map' | 'text';
  readonly mapEntries?: number;
  readonly log?: string;
  readonly names: boolean;
  readonly tee?: string;
}

/** `sstory record`: records this host until it is told to stop. */
export async function run(argv: readonly string[]): Promise<number> {
  const parser = withBounds(
    command('record', 'Record every TCP state change of this host into a SQLite database, until Ctrl-C.'),
  )
    .option('--db <file>', 'the database; made if there is none, continued if there is', DEFAULT_DATABASE)
    .addOption(
      new Option('--source <source>', 'where facts come from').choices(['auto', 'bpf', 'diag']).default('auto'),
    )
    .addOption(
      new Option('--interval <time>', 'between two snapshots of all sockets')
        .argParser(argument(parseDuration))
        .default(1_000_000, '1s'),
    )
    .option('--duration <time>', 'stop after this time', argument(parseDuration))
    .addOption(
      new Option('--netns <which>', 'network namespaces to take snapshots in').choices(['all', 'self']).default('all'),
    )
    .addOption(
      new Option('--transport <how>', 'how events leave bpftrace: for tests and bug reports')
        .choices(['auto', 'map', 'text'])
        .default('auto'),
    )
    .option('--map-entries <count>', 'events the BPF map can hold: for tests and bug reports', argument(Number))
    .option('--no-names', 'leave out DNS answers and hosts files: which name stood for which address')
    .option('--tee <file>', 'write what is recorded to this recording file too: sstory import makes a database of it')
    .option('--log <file>', 'append what the recorder has to say to this file too');
  const parsed = parseWords(parser, argv);
  if (parsed === undefined) return 0;
  const options = parsed.opts<RecordOptions>();
  const notes = new Notes(process.stderr, options.log);
  const { database, lock } = openLocked(options.db);
  try {
    await record(database, options, notes);
    return 0;
  } finally {
    database.close();
    lock.close();
  }
}

async function record(database: Database.Database, options: RecordOptions, notes: Notes): Promise<void> {
  const host = readHost();
  hurry();
  const previous = readRuns(database).at(-1);
  const teeFile = options.tee === undefined ? undefined : await TeeFile.open(options.tee);
  const stop = stopSignal(options.duration);
  const started = await startProbe(options, notes);
  const startedUs = nowUs();
  const names = await NameRecording.start(database, options, previous, startedUs);
  for (const note of names.notes) notes.say(note);
  void names.source?.failed.then((why) => notes.say(`names: none are recorded any more: ${why}`));
  const snapshots = openSnapshots({ netns: options.netns, rareTimeWaits: started !== undefined });
  const run: RunStart = {
    ...host,
    sstory: VERSION,
    bpftrace: started?.start.bpftraceVersion,
    source: started === undefined ? 'diag' : 'bpf',
    transport: started?.start.transport,
    intervalUs: options.interval,
    pid: process.pid,
    startedUs,
    clockOffsetUs: Math.floor(wallOffsetUs()),
    notes: [...(started?.start.notes ?? []), ...names.notes].join('; '),
  };
  const runRecord = new RunRecord(database, run);
  const tee = await teeInto(teeFile, { database, run, runId: runRecord.id, say: (text) => notes.say(text) });
  const missedNames = names.keepMissed(runRecord);
  const status = new RecordStatus(options.db, Date.now());
  const bounds = KeptBounds.of(database, options, (text) => notes.say(text));
  const recording = new Recorder({
    database,
    run: runRecord,
    store: new PatientStore((text) => notes.say(text)),
    probe: started?.probe,
    snapshots,
    destroyed$: started === undefined ? openDestroyFeed({ netns: options.netns }) : EMPTY,
    names: names.source,
    intervalMs: options.interval / 1000,
    correlator: { firstId: nextConnectionId(database), carriedOver: carriedOver(database, previous, host) },
    before: downtime(previous, startedUs),
    committed: (batch) => {
      status.count(batch);
      bounds?.keep(Date.now() * 1000, batch.connections.length);
    },
    tee,
  });
  const places = options.tee === undefined ? options.db : `${options.db} and ${options.tee}`;
  notes.say(
    started === undefined
      ? `recording into ${places} from sock_diag snapshots every ${options.interval / 1e6} s: all of it inferred; Ctrl-C ends it`
      : `recording into ${places} (bpftrace ${started.start.bpftraceVersion}, ${started.start.transport} transport); Ctrl-C ends it`,
  );
  const statusLine = () => status.line(recording.states(), Date.now());
  const ticker = setInterval(() => notes.showStatus(statusLine), STATUS_INTERVAL_MS);
  try {
    await Promise.race([stop.asked, recording.finished]);
    await recording.stop();
    const missed = missedNames();
    if (missed !== undefined) notes.say(missed);
    runRecord.end(recording.throughUs ?? startedUs, 'clean');
  } catch (error) {
    // With something lost the run has no end: the next one begins with a gap from its last sign of life.
    if (!(error instanceof SstoryError && error.code === 'cannot-write'))
      noteFailure(runRecord, recording.throughUs ?? startedUs, error);
    throw error;
  } finally {
    clearInterval(ticker);
    await tee?.end();
    stop.cancel();
    notes.endStatus();
    await started?.probe.stop();
  }
  notes.say(`recorded ${counted(status.written, 'transition')}, ${gapsText(status)}`);
}

/**
 * Puts the drain before ordinary work, as auditd does: on a saturated host the map fills faster than a fair share empties it.
 * And keeps to one thread for young garbage: helpers' threads cost the host more CPU than they save in time.
 */
function hurry(): void {
  setFlagsFromString('--no-parallel-scavenge');
  try {
    setPriority(-4);
  } catch {
    // Not root: it works at the ordinary priority.
  }
}

function noteFailure(run: RunRecord, throughUs: number, error: unknown): void {
  try {
    run.end(throughUs, `failed: ${error instanceof Error ? error.message : String(error)}`);
  } catch {
    // It is the store that failed: the run stays without an end, as after a crash.
  }
}

/** The wall clock, by the clock of the events. */
function nowUs(): number {
  return Math.floor(bootTimeUs() + wallOffsetUs());
}

function gapsText(status: RecordStatus): string {
  if (status.gaps === 0) return 'no gaps';
  return `${counted(status.gaps, 'gap')} (${counted(status.lost, 'event')} lost): see the table gaps`;
}

interface StartedProbe {
  readonly probe: Probe;
  readonly start: ProbeStart;
}

/** The encoder is loaded only where it is asked for. */
async function teeInto(file: TeeFile | undefined, parts: Omit<TeeParts, 'file'>): Promise<FileTee | undefined> {
  if (file === undefined) return undefined;
  const { FileTee } = await import('../../recorder/tee.js');
  return new FileTee({ ...parts, file });
}

/** Starts the BPF programs; with `--source auto`, says why it cannot and goes on without. */
async function startProbe(options: RecordOptions, notes: Notes): Promise<StartedProbe | undefined> {
  if (options.source === 'diag') return undefined;
  const probe = openProbe({
    transport: options.transport,
    ...(options.mapEntries === undefined ? {} : { mapEntries: options.mapEntries }),
  });
  try {
    const start = await probe.ready;
    for (const note of start.notes) notes.say(note);
    return { probe, start };
  } catch (error) {
    if (options.source === 'bpf' || !(error instanceof SstoryError)) throw error;
    notes.say(`no BPF here, falling back to --source diag: ${error.message} (sstory doctor says what to do)`);
    return undefined;
  }
}

/** What the recording before left open, with the last time at which it was alive. */
function carriedOver(database: Database.Database, previous: Run | undefined, host: Host): CarriedConnection[] {
  if (previous === undefined) return [];
  const sameBoot = previous.bootId === host.bootId && previous.host === host.host;
  const evidenceUs = previous.endedUs ?? previous.lastUs;
  return readOpenConnections(database).map((connection) => ({
    connection,
    evidenceUs: Math.max(evidenceUs, connection.openedUs),
    sameBoot,
  }));
}

/** Between two recordings of one file nobody watched: that is a gap. */
function downtime(previous: Run | undefined, startedUs: number): ProbeBatch[] {
  if (previous === undefined) return [];
  const offsetUs = wallOffsetUs();
  const toBootUs = startedUs - offsetUs;
  const fromBootUs = (previous.endedUs ?? previous.lastUs) - offsetUs;
  const loss = { fromBootUs, toBootUs, cpu: undefined, lost: undefined, reason: 'tracer' } as const;
  return [{ kind: 'probe', events: [], losses: [loss], throughBootUs: toBootUs, offsetUs }];
}

/** Resolves when the recorder is asked to stop: SIGINT, SIGTERM, SIGHUP, or the end of --duration. */
function stopSignal(durationUs: number | undefined): { asked: Promise<'asked'>; cancel: () => void } {
  let stop: () => void = () => undefined;
  const asked = new Promise<'asked'>((resolve) => {
    stop = () => resolve('asked');
  });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, stop);
  const timeout = durationUs === undefined ? undefined : setTimeout(stop, durationUs / 1000);
  return {
    asked,
    cancel: () => {
      clearTimeout(timeout);
      for (const signal of signals) process.off(signal, stop);
    },
  };
}
