import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

const KEPT_LINES = 1_000;

/** `$XDG_STATE_HOME/sstory/sql_history`, by default in ~/.local/state. */
export function historyPath(environment: NodeJS.ProcessEnv = process.env): string {
  const state = environment['XDG_STATE_HOME'] || join(homedir(), '.local', 'state');
  return join(state, 'sstory', 'sql_history');
}

/** Lines typed earlier, newest first as readline needs them; empty without a file. */
export function readHistory(path: string): string[] {
  try {
    const lines = readFileSync(path, 'utf8').split('\n');
    return (
      lines
        // A prompt takes no escape character: a line with one was not typed.
        .filter((line) => line !== '' && !line.includes('\x1b'))
        .slice(-KEPT_LINES)
        .reverse()
    );
  } catch {
    return [];
  }
}

/** Adds a line to the history file, readable by its owner only since queries name hosts. False if that fails. */
export function keepLine(path: string, line: string): boolean {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    appendFileSync(path, `${line}\n`, { mode: 0o600 });
    return true;
  } catch {
    return false;
  }
}
