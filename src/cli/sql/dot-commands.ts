import type Database from 'better-sqlite3';
import { SQL_FUNCTIONS } from '../../sql/functions.js';
import { tableNames } from '../../sql/sql-error.js';
import { SCHEMA_NOTES } from '../../store/schema-notes.js';
import { FORMATS, type Format } from './answer-format.js';

/** What a command of the prompt says, and what it changes. */
export interface DotAnswer {
  readonly text: string;
  readonly format?: Format;
  readonly quit?: true;
}

interface DotCommand {
  readonly usage: string;
  readonly meaning: string;
  readonly run: (database: Database.Database, argument: string) => DotAnswer;
}

const COMMANDS: Readonly<Record<string, DotCommand>> = {
  '.help': { usage: '.help', meaning: 'this', run: () => ({ text: helpText() }) },
  '.tables': {
    usage: '.tables',
    meaning: 'the tables that docs/schema.md explains',
    run: (database) => ({ text: tableNames(database).join('  ') }),
  },
  '.schema': {
    usage: '.schema [TABLE]',
    meaning: 'the columns of all tables; of one, with unit and meaning',
    run: schema,
  },
  '.functions': {
    usage: '.functions',
    meaning: "sstory's own functions and tables",
    run: () => ({ text: SQL_FUNCTIONS.map(([call, meaning]) => `${call.padEnd(27)} ${meaning}`).join('\n') }),
  },
  '.format': { usage: `.format ${FORMATS.join('|')}`, meaning: 'how answers are shown', run: format },
  '.quit': { usage: '.quit', meaning: 'leave; so does Ctrl-D', run: () => ({ text: '', quit: true }) },
};

export const COMMAND_NAMES: readonly string[] = Object.keys(COMMANDS);

/** Runs a line that begins with a dot. */
export function dotCommand(database: Database.Database, line: string): DotAnswer {
  const [name = '', argument = ''] = line.trim().replace(/;$/, '').split(/\s+/);
  const known = name === '.exit' ? '.quit' : name === '.mode' ? '.format' : name;
  const entry = Object.hasOwn(COMMANDS, known) ? COMMANDS[known] : undefined;
  return entry?.run(database, argument) ?? { text: `no command ${name}; .help lists them` };
}

function helpText(): string {
  const lines = Object.values(COMMANDS).map(({ usage, meaning }) => `${usage.padEnd(34)} ${meaning}`);
  return [
    ...lines,
    'A statement ends with ; and may go over several lines. Ctrl-C stops a query or drops what is typed.',
  ].join('\n');
}

function schema(database: Database.Database, table: string): DotAnswer {
  const tables = tableNames(database);
  if (table === '') {
    return { text: tables.map((name) => `${name} (${columnsOf(database, name).join(', ')})`).join('\n') };
  }
  if (!tables.includes(table)) return { text: `no table ${table}; there is: ${tables.join(', ')}` };
  const notes = SCHEMA_NOTES[table];
  const lines = columnsOf(database, table).map((name) => {
    const { unit = '', meaning = '' } = notes?.columns[name] ?? {};
    return `${name.padEnd(21)} ${unit.padEnd(8)} ${meaning.replaceAll('`', '')}`.trimEnd();
  });
  return { text: lines.join('\n') };
}

function columnsOf(database: Database.Database, table: string): string[] {
  return database
    .prepare(`SELECT * FROM "${table}" LIMIT 0`)
    .columns()
    .map(({ name }) => name);
}

function format(_database: Database.Database, name: string): DotAnswer {
  const known = FORMATS.find((each) => each === name);
  return known === undefined ? { text: `formats: ${FORMATS.join(' ')}` } : { text: '', format: known };
}
