import { Command, CommanderError, InvalidArgumentError, type OptionValues } from 'commander';
import { messageOf, SstoryError, usageError } from '../model/error.js';
import { printableLines } from '../model/printable.js';
import { SYSTEM_DATABASE } from './default-database.js';
import { fittedText, helpWidth } from './output/fitted-text.js';
import { say } from './output/say.js';

/** Runs a command with the words after its name; resolves with the exit code. */
export type Run = (argv: readonly string[]) => Promise<number>;

export interface CommandDeclaration<Options extends OptionValues> {
  readonly name: string;
  /** One line, as in SUMMARIES. */
  readonly summary: string;
  /** Adds the arguments and options that the command takes. */
  readonly declare: (parser: Command) => Command;
  /** Resolves with the exit code. */
  readonly run: (options: Options, words: readonly string[]) => Promise<number>;
}

/** A command made of its declaration; `--help` is answered before `run` is called. */
export function declaredCommand<Options extends OptionValues>({
  name,
  summary,
  declare,
  run,
}: CommandDeclaration<Options>): Run {
  return async (argv) => {
    const parsed = parseWords(declare(command(name, sentence(summary))), argv);
    if (parsed === undefined) return 0;
    if (parsed.getOptionValueSource('db') === 'default' && parsed.getOptionValue('db') === SYSTEM_DATABASE)
      say(`using ${SYSTEM_DATABASE}`);
    return await run(parsed.opts<Options>(), parsed.args);
  };
}

function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}

/** A parser whose usage errors are SstoryErrors (exit code 2) and whose help goes to stdout. */
export function command(name: string, description: string): Command {
  return new Command(`sstory ${name}`)
    .description(description)
    .exitOverride()
    .allowExcessArguments(false)
    .option('--debug', 'show where in the program an error occurred')
    .configureOutput({
      writeErr: () => undefined,
      writeOut: (help) => process.stdout.write(printableLines(fittedText(help, helpWidth()))),
    })
    .helpOption('-h, --help', 'show this help');
}

/** Parses the words after the command's name; undefined when help was shown. */
export function parseWords(parser: Command, argv: readonly string[]): Command | undefined {
  try {
    return parser.parse([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined;
    if (error.code === 'commander.unknownOption' && /'--fleet\b/.test(error.message))
      throw usageError('usage', `${parser.name()} is about one host: it has no --fleet`, FLEET_COMMANDS);
    if (error.code === 'commander.unknownOption' && /'--json'/.test(error.message) && hasFormats(parser))
      throw usageError('usage', `${parser.name()} has no --json`, 'write: --format json');
    // Commander's own words, then those of the option's parser: the second are enough where they name the argument too.
    const message = error.message
      .replace(/^error: /, '')
      .replace(/ argument '(.*)' is invalid\. (?=.*"\1")/s, ': ')
      .replace(/\n(?=\(Did you mean [^\n]+\?\)$)/, ' ');
    throw usageError('usage', message, `${parser.name()} --help lists the arguments and options`);
  }
}

/** Whether it writes JSON by `--format json`. */
function hasFormats(parser: Command): boolean {
  return parser.options.some(({ long, argChoices }) => long === '--format' && argChoices?.includes('json') === true);
}

const FLEET_COMMANDS =
  'ss --at, log, timeline, top, explain, names, sql and serve take --fleet; run this one on the host';

/** Turns a parser that throws SstoryError into one whose errors commander reports with the option's name. */
export function argument<T>(parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      throw new InvalidArgumentError(withHint(error));
    }
  };
}

/** The message, and the way out where it is short. */
function withHint(error: unknown): string {
  const hint = error instanceof SstoryError ? error.hint : undefined;
  return hint === undefined ? messageOf(error) : `${messageOf(error)}: ${hint}`;
}

/** A whole number from `least` up. */
export function wholeNumber(least: number): (text: string) => number {
  return argument((text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!Number.isSafeInteger(value) || value < least)
      throw new Error(`"${text}" is not a whole number of at least ${least}`);
    return value;
  });
}
