import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { usageError } from '../model/error.js';

/** Where every command looks for a database unless --db names one. */
export const DEFAULT_DATABASE = process.env['SSTORY_DB'] ?? 'sstory.db';

/** A command whose usage errors are SstoryErrors (exit code 2) and whose help goes to stdout. */
export function command(name: string, description: string): Command {
  return new Command(`sstory ${name}`)
    .description(description)
    .exitOverride()
    .allowExcessArguments(false)
    .option('--debug', 'show where errors come from')
    .configureOutput({ writeErr: () => undefined })
    .helpOption('-h, --help', 'show this');
}

/** Parses the words after the command's name; undefined when help was shown. */
export function parseWords(parser: Command, argv: readonly string[]): Command | undefined {
  try {
    return parser.parse([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined;
    const message = error.message.replace(/^error: /, '');
    throw usageError('usage', message, `${parser.name()} --help lists what it takes`);
  }
}

/** Turns a parser that throws SstoryError into one that commander can name the option of. */
export function argument<T>(parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
    }
  };
}

/** A whole number from `least` up. */
export function wholeNumber(least: number): (text: string) => number {
  return argument((text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!Number.isSafeInteger(value) || value < least) throw new Error(`not a whole number of at least ${least}.`);
    return value;
  });
}
