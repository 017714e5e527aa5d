/** The skeleton of the commands that read a history. */
import type Database from 'better-sqlite3';
import type { Command } from 'commander';
import { usageError } from '../../model/error.js';
import type { Interval } from '../../model/interval.js';
import type { HistoryFilter } from '../../query/history-filter.js';
import { Places } from '../../query/places.js';
import { type RecordedSpan, recordedWindow, spanOf } from '../../request/recorded-window.js';
import { openForReading } from '../../store/database.js';
import { type CommandDeclaration, declaredCommand, type Run } from '../command.js';
import { DEFAULT_DATABASE } from '../default-database.js';
import { type FleetAsked, fleetAsked } from '../fleet/asked.js';
import { LineOutput } from '../output/line-output.js';
import { say } from '../output/say.js';
import { filterOf } from './filter.js';
import { type NetnsOption, netnsOption } from './netns.js';

/** What every command over history takes. */
export interface HistoryOptions {
  readonly db: string;
}

/** What commands take that show a part of the history, chosen by filter and time. */
export interface WindowOptions extends HistoryOptions, NetnsOption {
  readonly since?: string;
  readonly until?: string;
  readonly json?: boolean;
  readonly fleet?: string;
}

/** Adds the options of WindowOptions, and the filter. */
export function windowOptions(parser: Command): Command {
  return netnsOption(parser)
    .argument('[filter...]', "which connections, in ss's filter language, or their ids")
    .option('-S, --since <time>', "from this time on: '10 min ago', 14:05, 2026-11-21T02:13:33.123456Z ...")
    .option('-U, --until <time>', 'up to this time')
    .option('--json', 'one JSON object per line');
}

/** One call of a command over history. The database is opened for reading, and closed at the end of the call. */
export class HistoryCall<Options extends HistoryOptions> implements Disposable {
  readonly database: Database.Database;
  readonly output = new LineOutput(process.stdout);
  private knownSpan: RecordedSpan | undefined;
  private knownWindow: Interval | undefined;
  private knownPlaces: Places | undefined;

  constructor(
    readonly options: Options & Pick<WindowOptions, 'since' | 'until' | 'netns'>,
    readonly words: readonly string[],
  ) {
    this.database = openForReading(options.db);
  }

  /**
   * What is recorded.
   * @throws SstoryError `empty`
   */
  get span(): RecordedSpan {
    this.knownSpan ??= spanOf(this.database, this.options.db);
    return this.knownSpan;
  }

  /** From `--since` to `--until`, within the span. */
  get window(): Interval {
    this.knownWindow ??= recordedWindow(this.options, this.span, say);
    return this.knownWindow;
  }

  /** Where connections are. */
  get places(): Places {
    this.knownPlaces ??= new Places(this.database);
    return this.knownPlaces;
  }

  /**
   * The filter, with -N; undefined without both. Notes on stderr report which addresses its names resolved to.
   * @param window in which names are looked up (docs/filter.md); undefined: the whole history
   * @param during the time whose owners match
   */
  readonly filter = (window: Interval | undefined, note?: (text: string) => void): Promise<HistoryFilter | undefined> =>
    filterOf(this.database, this.words, {
      ...{ window, during: window, netns: this.options.netns },
      ...(note === undefined ? {} : { note }),
    });

  [Symbol.dispose](): void {
    this.database.close();
  }
}

export const FLEET_HELP = 'of all hosts that ship to this ClickHouse (default: $SSTORY_FLEET; docs/fleet.md)';

interface HistoryCommand<Options extends HistoryOptions> extends Omit<CommandDeclaration<Options>, 'run'> {
  /** Refuses options that do not go together, before the database is opened. */
  readonly check?: (options: Options, words: readonly string[]) => void;
  /** Resolves with the exit code. */
  readonly run: (call: HistoryCall<Options>) => Promise<number>;
  /** The same of many hosts: the command takes `--fleet`. */
  readonly ofFleet?: (asked: FleetAsked, options: Options, words: readonly string[]) => Promise<number>;
}

/** A command over history, made of its declaration. `--db` need not be declared. */
export function historyCommand<Options extends HistoryOptions>({
  declare,
  check,
  run,
  ofFleet,
  ...declaration
}: HistoryCommand<Options>): Run {
  return declaredCommand<Options>({
    ...declaration,
    declare: (parser) => {
      const declared = declare(parser).option('--db <file>', 'the database', DEFAULT_DATABASE);
      return ofFleet === undefined ? declared : declared.option('--fleet <url>', FLEET_HELP);
    },
    async run(options, words) {
      check?.(options, words);
      const { db, fleet } = options as HistoryOptions & { readonly fleet?: string };
      const asked = ofFleet === undefined || db !== DEFAULT_DATABASE ? undefined : fleetAsked(fleet);
      if (fleet !== undefined && asked === undefined)
        throw usageError('usage', '--fleet and --db cannot be used together', 'give one of them');
      if (ofFleet !== undefined && asked !== undefined) return ofFleet(asked, options, words);
      using call = new HistoryCall(options, words);
      return await run(call);
    },
  });
}
