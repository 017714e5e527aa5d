import type Database from 'better-sqlite3';
import { printable } from '../../model/printable.js';
import { columnsOf } from '../../query/history-facts.js';
import { SQL_FUNCTIONS } from '../../sql/functions.js';
import { tableNames } from '../../sql/schema-names.js';
import { SCHEMA_NOTES } from '../../store/schema-notes.js';
import { FORMATS, type Format } from './answer-format.js';

/** What a command of the prompt prints, and what it changes. */
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
  '.help': { usage: '.help', meaning: 'show this help', run: () => ({ text: helpText() }) },
  '.tables': {
    usage: '.tables',
    meaning: 'list the tables (docs/schema.md explains them)',
    run: (database) => ({ text: printable(tableNames(database).join('  ')) }),
  },
  '.schema': {
    usage: '.schema [TABLE]',
    meaning: 'list the columns of all tables, or of one with unit and meaning',
    run: schema,
  },
  '.functions': {
    usage: '.functions',
    meaning: "list sstory's own functions and tables",
    run: () => ({ text: SQL_FUNCTIONS.map(([call, meaning]) => `${call.padEnd(27)} ${meaning}`).join('\n') }),
  },
  '.format': { usage: `.format ${FORMATS.join('|')}`, meaning: 'set the format of answers', run: format },
  '.quit': { usage: '.quit', meaning: 'leave; so does Ctrl-D', run: () => ({ text: '', quit: true }) },
};

export const COMMAND_NAMES: readonly string[] = Object.keys(COMMANDS);

/** Runs a line that begins with a dot. */
export function dotCommand(database: Database.Database, line: string): DotAnswer {
  const [name = '', argument = ''] = line.trim().replace(/;$/, '').split(/\s+/);
  const known = name === '.exit' ? '.quit' : name === '.mode' ? '.format' : name;
  const entry = Object.hasOwn(COMMANDS, known) ? COMMANDS[known] : undefined;
  return entry?.run(database, argument) ?? { text: printable(`no command ${name}; .help lists the commands`) };
}

function helpText(): string {
  const lines = Object.values(COMMANDS).map(({ usage, meaning }) => `${usage.padEnd(34)} ${meaning}`);
  return [...lines, 'A statement ends with ; and can span lines. Ctrl-C stops a query, or clears what is typed.'].join(
    '\n',
  );
}

function schema(database: Database.Database, table: string): DotAnswer {
  const tables = tableNames(database);
  if (table === '') {
    return { text: tables.map((name) => printable(`${name} (${columnsOf(database, name).join(', ')})`)).join('\n') };
  }
  if (!tables.includes(table)) return { text: printable(`no table ${table}; tables: ${tables.join(', ')}`) };
  const notes = SCHEMA_NOTES[table];
  const lines = columnsOf(database, table).map((name) => {
    const { unit = '', meaning = '' } = notes?.columns[name] ?? {};
    return printable(`${name.padEnd(21)} ${unit.padEnd(8)} ${meaning.replaceAll('`', '')}`).trimEnd();
  });
  return { text: lines.join('\n') };
}

function format(_database: Database.Database, name: string): DotAnswer {
  const known = FORMATS.find((each) => each === name);
  return known === undefined ? { text: `formats: ${FORMATS.join(' ')}` } : { text: '', format: known };
}
