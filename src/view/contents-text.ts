/** What a database holds, in words and in JSON. */
import { counted } from '../model/counted.js';
import { jsonText, printable } from '../model/printable.js';
import { type Run, runEndUs } from '../model/run.js';
import { sizeText } from '../model/size.js';
import { durationText, isoTime, localTime } from '../model/time-text.js';
import type { Contents, GapGroup } from '../query/contents.js';
import { isStalled, type RecorderLife } from '../query/recorder-life.js';
import { alignedTable } from './aligned-table.js';

/** Runs that are listed; earlier ones are counted. */
const LISTED_RUNS = 10;

/** The file, and what is known of it besides its contents. */
export interface DatabaseFile {
  readonly path: string;
  readonly bytes: number;
  /** Of its write-ahead log. */
  readonly logBytes: number;
  readonly life: RecorderLife;
}

/** The lines of `sstory info`. */
export function contentsLines(contents: Contents, file: DatabaseFile): string[] {
  const { uuid, span, pruned, schemaVersion } = contents;
  const log = file.logBytes === 0 ? '' : `, and ${sizeText(file.logBytes)} of write-ahead log`;
  const facts: [name: string, value: string][] = [
    ['database', `${file.path}: ${sizeText(file.bytes)}${log}, schema version ${schemaVersion}`],
    ...(uuid === undefined ? [] : [['history', uuid] as [string, string]]),
    ['recorded', span === undefined ? 'nothing yet' : spanText(span.fromUs, span.toUs)],
    ['recorder', lifeText(file.life)],
    ...(pruned === undefined
      ? []
      : [
          [
            'pruned',
            `${counted(pruned.connections, 'connection')} that closed up to ${localTime(pruned.throughUs)}`,
          ] as [string, string],
        ]),
  ];
  return [
    ...alignedTable(facts),
    ...titled('runs', runLines(contents.runs, file.life)),
    ...titled('gaps', gapLines(contents.gaps)),
    ...titled('tables', tableLines(contents)),
  ];
}

function titled(title: string, lines: readonly string[]): string[] {
  return ['', title, ...lines.map((line) => `  ${line}`)];
}

function spanText(fromUs: number, toUs: number): string {
  return `${localTime(fromUs)} to ${localTime(toUs)} (${durationText(toUs - fromUs)})`;
}

function lifeText(life: RecorderLife): string {
  if (life.kind === 'none') return 'not running';
  if (life.kind === 'running') return `running: ${whoText(life.run)}`;
  return isStalled(life)
    ? `stalled: ${whoText(life.run)} is alive, but it has written nothing for a while`
    : 'not running';
}

function whoText({ pid, host }: Run): string {
  return `sstory[${pid}] on ${host}`;
}

/** What is not there of the history that these runs recorded. */
function partNotes(runs: readonly Run[]): string[] {
  const texts = runs.flatMap(({ notes }) =>
    notes.filter(({ subject }) => subject === 'import').map(({ text }) => text),
  );
  return [...new Set(texts)].map(printable);
}

function runLines(runs: readonly Run[], life: RecorderLife): string[] {
  if (runs.length === 0) return ['none'];
  const listed = runs.slice(-LISTED_RUNS);
  const earlier = runs.length - listed.length;
  const rows = listed.map((run) => [
    String(run.id),
    run.source,
    localTime(run.startedUs).slice(0, -7),
    durationText(Math.max(0, runEndUs(run) - run.startedUs)),
    run.host,
    endText(run, life),
  ]);
  return [
    ...alignedTable([['id', 'source', 'started', 'length', 'host', 'end'], ...rows]),
    ...(earlier === 0 ? [] : [`and ${counted(earlier, 'earlier run')}`]),
    ...partNotes(listed),
  ];
}

const KILLED = 'killed, or its host stopped';

function endText({ id, endedUs, end }: Run, life: RecorderLife): string {
  if (endedUs !== undefined) return end ?? 'reason unknown';
  if (life.kind === 'none' || life.run.id !== id) return KILLED;
  if (isStalled(life)) return 'stalled';
  return life.kind === 'running' ? 'running' : KILLED;
}

function gapLines(groups: readonly GapGroup[]): string[] {
  if (groups.length === 0) return ['none'];
  const rows = groups.map((group) => [group.scope, group.reason, group.gaps.toLocaleString('en'), lostText(group)]);
  return alignedTable([['missing', 'reason', 'gaps', 'lost'], ...rows]);
}

function lostText({ reason, lost, uncounted }: GapGroup): string {
  if (reason === 'clock') return 'nothing: the wall clock was stepped';
  if (uncounted === 0) return lost.toLocaleString('en');
  return lost === 0 ? 'number unknown' : `at least ${lost.toLocaleString('en')}`;
}

function tableLines({ tables }: Contents): string[] {
  const rows = tables.map(({ name, rows: count, bytes }) => [
    name,
    count === undefined ? '' : count.toLocaleString('en'),
    sizeText(bytes),
  ]);
  return alignedTable([['name', 'rows', 'size'], ...rows]);
}

/** The same as one line of JSON: stable keys, times in microseconds since the epoch with an ISO twin. */
export function contentsJson(contents: Contents, { path, bytes, logBytes, life }: DatabaseFile): string {
  const { schemaVersion, uuid, span, runs, pruned, gaps, tables } = contents;
  return jsonText({
    type: 'info',
    file: path,
    bytes,
    log_bytes: logBytes,
    schema_version: schemaVersion,
    uuid: uuid ?? null,
    from_us: span?.fromUs ?? null,
    from: span === undefined ? null : isoTime(span.fromUs),
    to_us: span?.toUs ?? null,
    to: span === undefined ? null : isoTime(span.toUs),
    recording: life.kind === 'running',
    stalled: isStalled(life),
    pruned: pruned === undefined ? null : { through_us: pruned.throughUs, connections: pruned.connections },
    runs: runs.map((run) => ({
      id: run.id,
      host: run.host,
      source: run.source,
      sstory: run.sstory,
      kernel: run.kernel,
      pid: run.pid,
      started_us: run.startedUs,
      last_us: run.lastUs,
      ended_us: run.endedUs ?? null,
      end: run.end ?? null,
    })),
    gaps: gaps.map(({ scope, reason, gaps: count, lost, uncounted }) => ({
      scope,
      reason,
      gaps: count,
      lost,
      uncounted,
    })),
    tables: tables.map(({ name, rows, bytes: size }) => ({ name, rows: rows ?? null, bytes: size })),
  });
}
