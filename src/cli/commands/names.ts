import { isIP } from 'node:net';
import type Database from 'better-sqlite3';
import { canonicalAddress } from '../../model/address-bytes.js';
import { usageError } from '../../model/error.js';
import { canonicalName } from '../../model/name.js';
import { NameHistory } from '../../query/name-history.js';
import { openForReading } from '../../store/database.js';
import { nameJson, nameLine } from '../../view/name-line.js';
import { command, DEFAULT_DATABASE, parseWords } from '../command.js';
import { spanOf } from '../history/history-window.js';
import { noteMissedNames } from '../history/missed-names.js';
import { notePruned } from '../history/pruned-note.js';
import { windowOf } from '../history/time-window.js';
import { LineOutput } from '../output/line-output.js';

interface NamesOptions {
  readonly db: string;
  readonly since?: string;
  readonly until?: string;
  readonly json?: boolean;
  readonly reverse?: boolean;
}

/** `sstory names`: which name stood for which address, and when. */
export async function run(argv: readonly string[]): Promise<number> {
  const parser = command(
    'names',
    'Show which names stood for which addresses, oldest first: DNS answers and hosts files.',
  )
    .argument('[name|address]', 'only the records of this name, or of this address')
    .option('--db <file>', 'the database', DEFAULT_DATABASE)
    .option('-S, --since <time>', "what held from this time on: '10 min ago', 14:05, 2026-11-21T02:13:33Z ...")
    .option('-U, --until <time>', 'what began up to this time')
    .option('--reverse', 'ask the resolver too, what the address is called now (PTR)')
    .option('--json', 'one JSON object a line');
  const parsed = parseWords(parser, argv);
  if (parsed === undefined) return 0;
  const options = parsed.opts<NamesOptions>();
  const which = subjectOf(parsed.args[0]);
  if (options.reverse && (which === undefined || !('address' in which)))
    throw usageError('usage', '--reverse needs an address', 'sstory names 192.0.2.7 --reverse');
  const database = openForReading(options.db);
  try {
    await show(database, options, which);
  } finally {
    database.close();
  }
  if (options.reverse && which !== undefined && 'address' in which) await reverse(which.address);
  return 0;
}

type Subject = { readonly name: string } | { readonly address: string };

function subjectOf(text: string | undefined): Subject | undefined {
  if (text === undefined) return undefined;
  const address = isIP(text.replace(/%.*$/s, '')) === 0 ? undefined : canonicalAddress(text);
  if (address !== undefined) return { address };
  const name = canonicalName(text);
  if (name !== undefined) return { name };
  throw usageError('bad-name', `"${text}" is neither a host's name nor an address`, 'sstory names kafka.test');
}

async function show(database: Database.Database, options: NamesOptions, which: Subject | undefined): Promise<void> {
  const span = spanOf(database, options.db);
  const window = windowOf(options, span);
  notePruned(database, window.fromUs);
  const output = new LineOutput(process.stdout);
  let count = 0;
  for (const record of new NameHistory(database).between(window, which)) {
    await output.line(options.json === true ? nameJson(record) : nameLine(record));
    count++;
  }
  await output.flush();
  if (count === 0) process.stderr.write('sstory: no names were recorded that this asks for\n');
  noteMissedNames(database, window);
}

/** Now, and by this host's resolver: nothing of it is part of the history. */
async function reverse(address: string): Promise<void> {
  const { Resolver } = await import('node:dns/promises');
  const names = await new Resolver({ timeout: 2_000, tries: 1 }).reverse(address).catch(() => []);
  process.stderr.write(`sstory: ${address} is called ${names.join(' ') || 'nothing'} now (PTR, asked for just now)\n`);
}
