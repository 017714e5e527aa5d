import { parseDuration } from '../../model/duration.js';
import { messageOf, SstoryError } from '../../model/error.js';
import { jsonText, printable } from '../../model/printable.js';
import { isStalled } from '../../query/recorder-life.js';
import { openForReading } from '../../store/database.js';
import { closing } from '../closing.js';
import { argument, declaredCommand, type Run, wholeNumber } from '../command.js';
import { DEFAULT_DATABASE } from '../default-database.js';
import {
  EXIT_CODES,
  type Level,
  type RecordingStatus,
  recordingStatus,
  type StatusLimits,
} from '../history/recording-status.js';
import { report } from '../output/report.js';
import { SUMMARIES } from '../summaries.js';

interface StatusOptions extends StatusLimits {
  readonly db: string;
  readonly json?: boolean;
}

/** What cannot be looked at has a level and a message only. */
type Answer = Pick<RecordingStatus, 'level' | 'message'> & Partial<RecordingStatus>;

const DETAILS = `
One line on stdout, and an exit code as plugins of Nagios have it:
  0  OK        a recorder runs and keeps up, and lost no events in the last hour
  1  WARNING   a recorder runs, but it is behind, or events were lost
  2  CRITICAL  no recorder runs, it writes nothing, or the database is missing
  3  UNKNOWN   the database cannot be read, or the command line is invalid`;

const status = declaredCommand<StatusOptions>({
  name: 'status',
  summary: SUMMARIES.status,
  declare: (parser) =>
    parser
      .option('--json', 'one JSON object')
      .option(
        '--max-lag <duration>',
        'how far behind it may be (default: 3s; from snapshots alone, two intervals more)',
        argument(parseDuration),
      )
      .option('--max-lost <count>', 'how many events may be lost in an hour', wholeNumber(0), 0)
      .option('--db <file>', 'the database', DEFAULT_DATABASE)
      .addHelpText('after', DETAILS),
  async run(options) {
    const answer = answerOf(options);
    const { level, message } = answer;
    const line =
      options.json === true ? answerJson(answer, options.db) : printable(`${level.toUpperCase()}: ${message}`);
    process.stdout.write(`${line}\n`);
    return EXIT_CODES[level];
  },
});

/** `sstory status`: whether a database is being recorded into, for people and for monitoring. */
export const run: Run = async (argv) => {
  try {
    return await status(argv);
  } catch (error) {
    report(error);
    return EXIT_CODES.unknown;
  }
};

function answerOf({ db, ...limits }: StatusOptions): Answer {
  try {
    const database = openForReading(db);
    using _database = closing(database);
    return recordingStatus(database, db, Date.now() * 1000, limits);
  } catch (error) {
    return { level: levelOf(error), message: messageOf(error) };
  }
}

function levelOf(error: unknown): Level {
  return error instanceof SstoryError && error.code === 'no-database' ? 'critical' : 'unknown';
}

function answerJson({ level, message, life, lagUs, loss }: Answer, file: string): string {
  const run = life === undefined || life.kind === 'none' ? undefined : life.run;
  return jsonText({
    type: 'status',
    status: level,
    message,
    file,
    recording: life?.kind === 'running',
    stalled: life !== undefined && isStalled(life),
    run_id: run?.id ?? null,
    host: run?.host ?? null,
    pid: run?.pid ?? null,
    source: run?.source ?? null,
    started_us: run?.startedUs ?? null,
    last_us: run?.lastUs ?? null,
    end: run?.end ?? null,
    lag_us: lagUs ?? null,
    backlog_bytes: run?.backlogBytes ?? null,
    last_hour:
      loss === undefined ? null : { gaps: loss.gaps, lost_events: loss.events, uncounted_gaps: loss.uncounted },
  });
}
