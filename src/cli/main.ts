import { SstoryError } from '../model/error.js';

/** A command: gets the words after its name, answers the exit code. Loaded only when it is called. */
type Run = (argv: readonly string[]) => Promise<number>;

interface CommandEntry {
  readonly summary: string;
  readonly load: () => Promise<Run>;
}

const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  record: {
    summary: 'record every TCP state change of this host into a database',
    load: async () => (await import('./commands/record.js')).run,
  },
  log: {
    summary: 'show transitions, one a line, as journalctl would',
    load: async () => (await import('./commands/log.js')).run,
  },
  timeline: {
    summary: 'the life of each connection: its states, how long they lasted, what happened in them',
    load: async () => (await import('./commands/timeline.js')).run,
  },
  diff: {
    summary: 'what changed in the socket table between two instants',
    load: async () => (await import('./commands/diff.js')).run,
  },
  explain: {
    summary: 'why a connection is in its state; --all: what looks wrong on this host',
    load: async () => (await import('./commands/explain.js')).run,
  },
  replay: {
    summary: 'play the transitions again as they came: a live table, or lines',
    load: async () => (await import('./commands/replay.js')).run,
  },
  live: {
    summary: 'the same table on the running recorder',
    load: async () => (await import('./commands/live.js')).run,
  },
  ss: {
    summary: 'the socket table as ss shows it, now or --at any recorded moment',
    load: async () => (await import('./ss/command.js')).run,
  },
  sql: {
    summary: 'ask the history in SQL: one query, or a prompt',
    load: async () => (await import('./commands/sql.js')).run,
  },
  names: {
    summary: 'which names stood for which addresses, and when',
    load: async () => (await import('./commands/names.js')).run,
  },
  import: {
    summary: 'make a database of a recording file, or of what ss -D wrote',
    load: async () => (await import('./import/command.js')).run,
  },
  prune: {
    summary: 'take the oldest closed connections out of a database',
    load: async () => (await import('./commands/prune.js')).run,
  },
  export: {
    summary: 'write connections, transitions ... as CSV, JSON lines, Parquet or a recording file',
    load: async () => (await import('./export/command.js')).run,
  },
  check: {
    summary: 'verify that a database is whole and true to itself',
    load: async () => (await import('./commands/check.js')).run,
  },
  migrate: {
    summary: 'bring a database of an older sstory up to date',
    load: async () => (await import('./commands/migrate.js')).run,
  },
  doctor: {
    summary: 'say what this host offers, and what to do about what is missing',
    load: async () => (await import('./commands/doctor.js')).run,
  },
};

const HELP = `sstory: ss with a memory

Usage: sstory COMMAND [ARGS]      what each command takes: sstory COMMAND --help
       sstory -antp [FILTER] ...  as ss: short for sstory ss -antp ...

Commands:
${Object.entries(COMMANDS)
  .map(([name, entry]) => `  ${name.padEnd(10)} ${entry.summary}`)
  .join('\n')}

  --help, --version
`;

async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(HELP);
    return name === undefined ? 2 : 0;
  }
  if (name === '--version' || name === '-V') {
    process.stdout.write(`sstory ${(await import('../sys/version.js')).VERSION}\n`);
    return 0;
  }
  if (name.startsWith('-')) return runCommand('ss', argv);
  return runCommand(name, rest);
}

async function runCommand(name: string, argv: readonly string[]): Promise<number> {
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (entry === undefined) {
    process.stderr.write(`sstory: no command "${name}"; sstory --help lists them\n`);
    return 2;
  }
  return (await entry.load())(argv);
}

/** One line for a person; the stack only where it was asked for. */
function report(error: unknown): number {
  const debug = process.env['SSTORY_DEBUG'] === '1' || process.argv.includes('--debug');
  if (error instanceof SstoryError) {
    process.stderr.write(`sstory: ${error.message}\n${error.hint === undefined ? '' : `  ${error.hint}\n`}`);
    if (debug) process.stderr.write(`${error.stack}\n`);
    return error.exitCode;
  }
  const message = error instanceof Error ? error.message : String(error);
  const what = isOfTheFile(error) ? 'the database cannot be used' : 'a defect';
  process.stderr.write(`sstory: ${what}: ${message} (SSTORY_DEBUG=1 shows where)\n`);
  if (debug && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return 1;
}

/** A full disk, a broken file, a lock: SQLite's complaints about what is not ours. */
function isOfTheFile(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^SQLITE_(FULL|IOERR|CORRUPT|BUSY|READONLY|CANTOPEN|PERM|NOTADB)/.test(code);
}

/** A reader that has seen enough (head, less) closes the pipe: that ends the program, quietly. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await main(process.argv.slice(2)).catch(report);
