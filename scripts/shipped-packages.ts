/** The packages that sstory ships: those that it needs when it runs, and those that the page's bundle contains. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MODULES = join(ROOT, 'node_modules');
/** They fetch or compile the binary of better-sqlite3 while it is installed. */
const INSTALLERS: ReadonlySet<string> = new Set(['prebuild-install', 'node-addon-api']);
const LICENCE_FILE = /^(licen[cs]e|copying)/i;
/** Of the path of a bundled file: its package's directory below node_modules. */
const BUNDLED = /^(?:.*?\/)??node_modules\/((?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)\//;

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export interface ShippedPackage {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  /** Below node_modules. */
  readonly directory: string;
}

function manifestOf(directory: string): Manifest {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Manifest;
}

function packageIn(directory: string): ShippedPackage {
  const { name, version, license = 'unknown' } = manifestOf(directory);
  return { name, version, licence: license, directory: relative(MODULES, directory) };
}

/** Where Node finds a package that a file in `from` imports; undefined for one of another platform. */
function directoryOf(name: string, from: string): string | undefined {
  for (let at = from; at.startsWith(ROOT.replace(/\/$/, '')); at = join(at, '..')) {
    const candidate = join(at, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
  }
  return undefined;
}

/**
 * Those that package.json depends on, and those that they depend on, by directory.
 * @throws Error where one is not installed
 */
export function productionPackages(): readonly ShippedPackage[] {
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
  return [...found].sort().map(packageIn);
}

/** @param inputs paths of the files that a bundle was made of, from the project's directory */
function bundledPackages(inputs: readonly string[]): readonly ShippedPackage[] {
  const names = inputs.flatMap((path) => BUNDLED.exec(path)?.[1] ?? []);
  return [...new Set(names)].sort().map((name) => packageIn(join(MODULES, name)));
}

/** The licences of what a bundle contains, which ask to go with it. */
export function licencesOf(inputs: readonly string[]): string {
  const titled = (each: ShippedPackage) =>
    `=== ${each.name} ${each.version}, ${each.licence}\n\n${licenceText(each).trim()}\n`;
  return bundledPackages(inputs).map(titled).join('\n');
}

/** The text of a package's licence; empty where its package has none. */
function licenceText({ directory }: ShippedPackage): string {
  const file = readdirSync(join(MODULES, directory)).find((name) => LICENCE_FILE.test(name));
  return file === undefined ? '' : readFileSync(join(MODULES, directory, file), 'utf8');
}
