/** Writes scripts/packaging/completions/ from the --help of every command: `npm run man`. A test fails if they differ. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bash, zsh } from './bash.js';
import { commands } from './commands.js';
import { fish } from './fish.js';

export const COMPLETIONS = fileURLToPath(new URL('../../../scripts/packaging/completions/', import.meta.url));

/** The scripts, each by the name that it is installed with. */
export function completions(): Readonly<Record<string, string>> {
  const all = commands();
  return { sstory: bash(all), _sstory: zsh(all), 'sstory.fish': fish(all) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(COMPLETIONS, { recursive: true });
  for (const [name, text] of Object.entries(completions())) writeFileSync(join(COMPLETIONS, name), text);
}
