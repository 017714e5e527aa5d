/**
 * Bundles the page of `sstory serve` into dist/web: one script and one style sheet, and a script that is loaded with the SQL page.
 * `--size` prints what a first load transfers. `--maps` adds source maps, for debugging: dist/web is shipped, and they are three
 * times as large as the scripts.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { licencesOf } from './shipped-packages.js';

const SOURCE = 'src/web';
const TARGET = 'dist/web';
/** What the first load transfers; the rest is loaded by these on demand. */
const FIRST_LOAD = ['index.html', 'page.js', 'page.css', 'icon.svg'];

async function bundle(): Promise<void> {
  rmSync(TARGET, { recursive: true, force: true });
  mkdirSync(TARGET, { recursive: true });
  const { metafile } = await build({
    entryPoints: { page: join(SOURCE, 'main.tsx') },
    outdir: TARGET,
    bundle: true,
    splitting: true,
    format: 'esm',
    chunkNames: '[name]-[hash]',
    target: 'es2022',
    minify: true,
    sourcemap: process.argv.includes('--maps') ? 'linked' : false,
    legalComments: 'linked',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    tsconfig: join(SOURCE, 'tsconfig.json'),
    define: { 'process.env.NODE_ENV': '"production"' },
    metafile: true,
    logLevel: 'warning',
  });
  await build({
    entryPoints: { page: join(SOURCE, 'style/page.css') },
    outdir: TARGET,
    bundle: true,
    minify: true,
    logLevel: 'warning',
  });
  writeFileSync(join(TARGET, 'licences.txt'), licencesOf(Object.keys(metafile.inputs)));
  cpSync(join(SOURCE, 'page.html'), join(TARGET, 'index.html'));
  cpSync(join(SOURCE, 'icon.svg'), join(TARGET, 'icon.svg'));
  if (process.argv.includes('--size')) printSizes(metafile.outputs);
}

function printSizes(
  outputs: Readonly<Record<string, { readonly imports: readonly { path: string; kind: string }[] }>>,
): void {
  const first = new Set(FIRST_LOAD.map((name) => join(TARGET, name)));
  const add = (path: string) => {
    for (const { path: imported, kind } of outputs[path]?.imports ?? [])
      if (kind === 'import-statement' && !first.has(imported)) {
        first.add(imported);
        add(imported);
      }
  };
  add(join(TARGET, 'page.js'));
  const sizes = [...first].map((path) => ({ path, bytes: gzipSync(readFileSync(path)).length }));
  for (const { path, bytes } of sizes) console.log(`${(bytes / 1000).toFixed(1).padStart(8)} kB ${path}`);
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  console.log(`${(total / 1000).toFixed(1).padStart(8)} kB compressed, first load`);
}

await bundle();
