/**
 * Makes the files that bin/sstory starts, from what the compiler wrote to dist/src: dist/run has one for each command, with all that it
 * imports, and dist/run/worker one for each thread and process that a command starts. Node takes longer to load a hundred modules
 * than to run most commands.
 *
 * `node dist/scripts/programs.js` makes them; `--if-older` only where dist/src is newer. Each file replaces its predecessor at once,
 * so a command that starts meanwhile finds one of the two.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildOptions, Plugin } from 'esbuild';
import { licencesOf } from './shipped-packages.js';

const DIST = fileURLToPath(new URL('../', import.meta.url));
const SOURCE = join(DIST, 'src');
const TARGET = join(DIST, 'run');
const STAMP = join(TARGET, '.made');
const MAIN = join(SOURCE, 'cli/main.js');
/** A command in the table of main.ts. */
const COMMAND = /^\s+'?([a-z-]+)'?: \(\) => import\('(\.\/[^']+)'\),$/gm;
/** What main.ts loads outside that table, and the command that needs it. */
const COMPLETE_VALUES = ['complete-values', './completion/values.js'] as const;
/** A thread or process that is started from a file beside the one that names it. */
const STARTED = /new URL\('\.\/([a-z-]+-(?:worker|process))\.js', import\.meta\.url\)/g;

/** Modules with native code; of better-sqlite3 only its binary. npm leaves out the release that cannot be compiled for this Node. */
const EXTERNAL = ['koffi', '*.node', ...['better-sqlite3', 'better-sqlite3-13'].filter((name) => !isInstalled(name))];

function isInstalled(name: string): boolean {
  return existsSync(join(DIST, '../node_modules', name));
}

/** import.meta.url stays that of the compiled file, and started files are those of this bundle. */
const places: Plugin = {
  name: 'places',
  setup({ onLoad }) {
    onLoad({ filter: /\/dist\/src\/.*\.js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      if (!text.includes('import.meta.url')) return undefined;
      const own = `new URL('${relative(DIST, path)}', DIST_URL)`;
      const contents = text
        .replace(STARTED, (_, name: string) => `new URL('run/worker/${name}.cjs', DIST_URL)`)
        .replaceAll(/createRequire\(import\.meta\.url\)\(/g, 'require(')
        .replaceAll('import.meta.url', own);
      return { contents, loader: 'js' };
    });
  },
};

/** better-sqlite3 looks for its binary from where its own file is: 12 in a dozen places, of which this is the one that npm uses. */
const sqliteBinary: Plugin = {
  name: 'sqlite-binary',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^bindings$/ }, () => ({ path: 'bindings', namespace: 'sqlite-binary' }));
    onLoad({ filter: /.*/, namespace: 'sqlite-binary' }, () => ({
      contents: "module.exports = () => require('better-sqlite3/build/Release/better_sqlite3.node');",
      loader: 'js',
    }));
    onLoad({ filter: /\/better-sqlite3-13\/lib\/binding\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll('__dirname', "require.resolve('better-sqlite3-13'), '..'"),
      loader: 'js',
    }));
  },
};

/** Of the modules that main.ts loads on demand, those of other commands are left out. */
function without(others: ReadonlySet<string>): Plugin {
  return {
    name: 'one-command',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\./ }, ({ path, importer, kind }) =>
        kind === 'dynamic-import' && importer === MAIN && others.has(path)
          ? { path, namespace: 'elsewhere' }
          : undefined,
      );
      onLoad({ filter: /.*/, namespace: 'elsewhere' }, ({ path }) => ({
        contents: `throw new Error(${JSON.stringify(`${path} is in another file of dist/run`)}); export const run = undefined;`,
        loader: 'js',
      }));
    },
  };
}

/** @param up from the directory of the file to dist */
function options(up: string): BuildOptions {
  return {
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    // bin/load.js runs it as a script, which cannot import.
    supported: { 'dynamic-import': false },
    outExtension: { '.js': '.cjs' },
    external: EXTERNAL,
    banner: { js: `const DIST_URL = require('node:url').pathToFileURL(__dirname + '/${up}/');` },
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'warning',
    logOverride: { 'require-resolve-not-external': 'silent' },
    write: false,
    metafile: true,
  };
}

/** Paths of what was written, and of what it was made from. */
interface Written {
  readonly outputs: readonly string[];
  readonly inputs: readonly string[];
}

/** Text is escaped in literals, but not in regular expressions. */
const BEYOND_LATIN_1 = 'a character beyond Latin-1: V8 would keep its text in twice the memory';

async function write(settings: BuildOptions): Promise<Written> {
  // Loaded when it is needed: mostly all is up to date.
  const { build } = await import('esbuild');
  const { outputFiles = [], metafile } = await build(settings);
  for (const { path, contents, text } of outputFiles) {
    if (!path.endsWith('.map') && Buffer.from(text, 'latin1').toString('latin1') !== text)
      throw new Error(`${path} has ${BEYOND_LATIN_1}`);
    const unfinished = `${path}.${process.pid}`;
    mkdirSync(dirname(path), { recursive: true });
    // The compiled code of a file (bin/load.js) is that of the text with this hash.
    const key = path.endsWith('.map') ? '' : `\n//# key=${createHash('sha256').update(contents).digest('hex')}`;
    writeFileSync(unfinished, Buffer.concat([contents, Buffer.from(key)]));
    renameSync(unfinished, path);
  }
  return { outputs: outputFiles.map(({ path }) => path), inputs: Object.keys(metafile?.inputs ?? {}) };
}

/** The modules of the commands, by name: those that main.ts has. */
function commandModules(): ReadonlyMap<string, string> {
  const found = [...readFileSync(MAIN, 'utf8').matchAll(COMMAND)].map(
    ([, name = '', path = '']) => [name, path] as const,
  );
  if (found.length === 0) throw new Error(`no commands found in ${MAIN}`);
  return new Map([...found, COMPLETE_VALUES]);
}

/** The files that are started as threads and processes, by name. */
function startedFiles(): Record<string, string> {
  const found: Record<string, string> = {};
  for (const path of compiledFiles())
    for (const [, name = ''] of readFileSync(path, 'utf8').matchAll(STARTED))
      found[name] = join(dirname(path), `${name}.js`);
  return found;
}

function compiledFiles(): readonly string[] {
  const names = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.js')).map((name) => join(SOURCE, name));
}

async function makeAll(): Promise<void> {
  const modules = commandModules();
  const startedAt = new Date();
  const outdir = join(TARGET, 'worker');
  const plugins = [places, sqliteBinary];
  const workers = write({ ...options('../..'), entryPoints: startedFiles(), outdir, plugins });
  const commands = ['sstory', ...modules.keys()].map((name) => {
    const others = new Set([...modules].filter(([other]) => other !== name).map(([, path]) => path));
    const all = { entryPoints: { [name]: MAIN }, outdir: TARGET, plugins: [without(others), ...plugins] };
    return write({ ...options('..'), ...all });
  });
  const written = await Promise.all([workers, ...commands]);
  const inputs = new Set(written.flatMap((each) => each.inputs));
  writeFileSync(join(TARGET, 'licences.txt'), licencesOf([...inputs]));
  // What an earlier source made.
  const made = new Set(written.flatMap(({ outputs }) => outputs));
  for (const name of readdirSync(TARGET, { recursive: true, encoding: 'utf8' }))
    if (/\.cjs(\.map|\.code)?$/.test(name) && !made.has(join(TARGET, name.replace(/\.code$/, ''))))
      rmSync(join(TARGET, name));
  writeFileSync(STAMP, '');
  utimesSync(STAMP, startedAt, startedAt);
}

function isCurrent(): boolean {
  const madeMs = statSync(STAMP, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return compiledFiles().every((path) => statSync(path).mtimeMs < madeMs);
}

if (!process.argv.includes('--if-older') || !isCurrent()) await makeAll();
