import { closestWord } from './closest-word.js';
import type { Run } from './command.js';
import { fittedText, helpWidth } from './output/fitted-text.js';
import { report } from './output/report.js';
import { say } from './output/say.js';
import { type CommandName, SUMMARIES } from './summaries.js';

/** The modules of the commands, each loaded only when it is called. scripts/programs.ts makes one file of each. */
const COMMANDS: Readonly<Record<CommandName, () => Promise<{ readonly run: Run }>>> = {
  record: () => import('./commands/record.js'),
  log: () => import('./commands/log.js'),
  timeline: () => import('./commands/timeline.js'),
  diff: () => import('./commands/diff.js'),
  explain: () => import('./commands/explain.js'),
  replay: () => import('./commands/replay.js'),
  live: () => import('./commands/live.js'),
  serve: () => import('./commands/serve.js'),
  url: () => import('./commands/url.js'),
  fleet: () => import('./commands/fleet.js'),
  ss: () => import('./ss/command.js'),
  sql: () => import('./commands/sql.js'),
  names: () => import('./commands/names.js'),
  import: () => import('./import/command.js'),
  prune: () => import('./commands/prune.js'),
  export: () => import('./export/command.js'),
  ship: () => import('./commands/ship.js'),
  wait: () => import('./commands/wait.js'),
  top: () => import('./commands/top.js'),
  count: () => import('./commands/count.js'),
  status: () => import('./commands/status.js'),
  metrics: () => import('./commands/metrics.js'),
  info: () => import('./commands/info.js'),
  check: () => import('./commands/check.js'),
  migrate: () => import('./commands/migrate.js'),
  completion: () => import('./completion/command.js'),
  doctor: () => import('./commands/doctor.js'),
};

const HELP = `sstory: ss with a memory

Usage: sstory COMMAND [ARGS]      arguments and options: sstory COMMAND --help
       sstory -antp [FILTER] ...  short for sstory ss -antp ...

Commands:
${Object.entries(SUMMARIES)
  .map(([name, summary]) => `  ${name.padEnd(11)} ${summary}`)
  .join('\n')}

  help COMMAND, help filter, --help, --version [--json]
`;

async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  // As git and systemctl have it.
  if (name === 'help' && rest[0] === 'filter') return showText((await import('./filter-help.js')).FILTER_HELP);
  if (name === 'help' && rest[0] !== undefined) return runCommand(rest[0], ['--help']);
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    showText(HELP);
    return name === undefined ? 2 : 0;
  }
  if (name === '--version' || name === '-V') {
    const { VERSION } = await import('../sys/version.js');
    process.stdout.write(rest.includes('--json') ? await versionsJson(VERSION) : `sstory ${VERSION}\n`);
    return 0;
  }
  const late = commandAfterOptions(argv);
  if (late !== undefined) {
    say(`options come after the command: sstory ${late} ${argv.toSpliced(argv.indexOf(late), 1).join(' ')}`);
    return 2;
  }
  if (name.startsWith('-')) return runCommand('ss', argv);
  if (name === 'complete-values') return (await import('./completion/values.js')).run(rest);
  return runCommand(name, rest);
}

/** What a program that reads sstory's output compares before it does. */
async function versionsJson(sstory: string): Promise<string> {
  const { FORMAT_MAJOR, FORMAT_MINOR } = await import('../recording-file/format.js');
  const { SCHEMA_VERSION } = await import('../store/migration.js');
  const { JSON_VERSIONS } = await import('../view/json-versions.js');
  const recordings = `${FORMAT_MAJOR}.${FORMAT_MINOR}`;
  return `${JSON.stringify({ sstory, schema: SCHEMA_VERSION, recordings, json: JSON_VERSIONS })}\n`;
}

function showText(text: string): number {
  process.stdout.write(fittedText(text, helpWidth()));
  return 0;
}

async function runCommand(name: string, argv: readonly string[]): Promise<number> {
  if (!isCommand(name)) {
    const meant = closestWord(name, Object.keys(COMMANDS));
    const guess = meant === undefined ? ';' : `; did you mean ${meant}?`;
    say(`no command "${name}"${guess} sstory --help lists the commands`);
    return 2;
  }
  return (await COMMANDS[name]()).run(argv);
}

/** The command in `sstory --db FILE log`: as in git, but sstory's options belong to a command, and without one are those of ss. */
function commandAfterOptions([name = '', ...rest]: readonly string[]): CommandName | undefined {
  const takesNext = /^--(db|fleet)$/.test(name);
  if (!takesNext && !/^--((db|fleet)=|debug$)/.test(name)) return undefined;
  const word = rest[takesNext ? 1 : 0] ?? '';
  return isCommand(word) ? word : undefined;
}

function isCommand(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name);
}

/** A reader such as head closes the pipe early: this ends the program without an error. A full disk ends it with one. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  say(`stdout cannot be written: ${error.message}`);
  process.exit(1);
});
/** Messages that cannot be written leave the exit code as it is. */
process.stderr.on('error', () => undefined);

void main(process.argv.slice(2))
  .catch(report)
  .then((exitCode) => {
    process.exitCode = exitCode;
  });
