/** A pager between the output and the terminal, as git and journalctl have it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { isScreen } from './terminal-looks.js';

const DEFAULT_PAGER = 'less';
/** Quit if it fits on one screen, colours, long lines are cut, leave the screen as it is, status line, Ctrl-C ends it. */
const LESS_OPTIONS = 'FRSXMK';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The command line of the pager for what is written to a terminal: `SSTORY_PAGER`, `PAGER` or less. Undefined: none, as for `cat`, an
 * empty one, or where its program is not installed.
 */
export function pagerCommand(environment: Environment, isInstalled: (program: string) => boolean): string | undefined {
  const command = (environment['SSTORY_PAGER'] ?? environment['PAGER'] ?? DEFAULT_PAGER).trim();
  const [program = ''] = command.split(/\s+/);
  if (command === 'cat' || program === '' || !isInstalled(program)) return undefined;
  return command;
}

/** The pager for stdout; undefined where it is no terminal, too. */
export function pagerOfTerminal(): string | undefined {
  return isScreen(process.stdout) ? pagerCommand(process.env, isInPath) : undefined;
}

/** What the pager finds in its environment. Under sudo, less may not start a shell or write files. */
function pagerEnvironment(environment: Environment): NodeJS.ProcessEnv {
  return {
    ...environment,
    LESS: environment['LESS'] ?? LESS_OPTIONS,
    LV: environment['LV'] ?? '-c',
    ...(environment['SUDO_UID'] === undefined ? {} : { LESSSECURE: '1' }),
  };
}

/** Runs `write` with a stream to the pager, and waits until the user leaves it. Leaving it early ends the writing. */
export async function throughPager(
  command: string,
  write: (stream: NodeJS.WritableStream) => Promise<void>,
): Promise<void> {
  // Ctrl-C is for the pager.
  const ignore = () => undefined;
  process.on('SIGINT', ignore);
  const pager = spawn('/bin/sh', ['-c', command], {
    stdio: ['pipe', 'inherit', 'inherit'],
    env: pagerEnvironment(process.env),
  });
  const closed = once(pager, 'close');
  // Reported by the write that fails.
  pager.stdin.on('error', ignore);
  try {
    // A stream whose reader has left accepts nothing more, and does not say so each time.
    await Promise.race([write(pager.stdin), closed]);
  } catch (error) {
    if (!hasLeft(error)) throw error;
  } finally {
    pager.stdin.end();
    await closed;
    process.off('SIGINT', ignore);
  }
}

function hasLeft(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED' || code === 'ERR_STREAM_WRITE_AFTER_END';
}

function isInPath(program: string): boolean {
  const places = program.includes('/') ? [''] : (process.env['PATH'] ?? '').split(delimiter);
  return places.some((place) => {
    try {
      accessSync(join(place, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
