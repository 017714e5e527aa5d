import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));
const known = new Map<string, string>();

/** What `sstory WORDS --help` prints, whatever the environment. Each is asked for once. */
export function helpText(...words: readonly string[]): string {
  const key = words.join(' ');
  const text = known.get(key) ?? ask(words);
  known.set(key, text);
  return text;
}

function ask(words: readonly string[]): string {
  const env = { PATH: process.env['PATH'] ?? '', SSTORY_DB: 'sstory.db' };
  return execFileSync(process.execPath, [MAIN, ...words, '--help'], { encoding: 'utf8', env });
}
