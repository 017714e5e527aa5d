/**
 * Prints the installed packages that sstory needs when it runs, one a line: directory below node_modules, version, licence, between tabs.
 * scripts/package.sh ships these and no other.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MODULES = join(ROOT, 'node_modules');
/** Fetches a binary of better-sqlite3 while it is installed. */
const INSTALLERS: ReadonlySet<string> = new Set(['prebuild-install']);

interface Manifest {
  readonly version: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

function manifestOf(directory: string): Manifest {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Manifest;
}

/** Where Node finds a package that a file in `from` imports; undefined for one of another platform. */
function directoryOf(name: string, from: string): string | undefined {
  for (let at = from; at.startsWith(ROOT.replace(/\/$/, '')); at = join(at, '..')) {
    const candidate = join(at, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
  }
  return undefined;
}

const found = new Set<string>();
const waiting = [ROOT];
for (let directory = waiting.pop(); directory !== undefined; directory = waiting.pop()) {
  const { dependencies = {}, optionalDependencies = {} } = manifestOf(directory);
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
    if (INSTALLERS.has(name)) continue;
    const dependency = directoryOf(name, directory);
    if (dependency === undefined) {
      if (name in optionalDependencies) continue;
      throw new Error(`${name} is not installed: bash scripts/setup.sh run`);
    }
    if (found.has(dependency)) continue;
    found.add(dependency);
    waiting.push(dependency);
  }
}
for (const directory of [...found].sort()) {
  const { version, license = 'unknown' } = manifestOf(directory);
  process.stdout.write(`${relative(MODULES, directory)}\t${version}\t${license}\n`);
}
