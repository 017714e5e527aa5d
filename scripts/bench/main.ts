/** Runs one of the benches of this directory, `npm run bench -- NAME [ARGUMENT...]`; without a name, lists them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { execa } from 'execa';

const COMPILED = new URL('./', import.meta.url);
const SOURCES = new URL('../../../scripts/bench/', import.meta.url);

interface Bench {
  readonly name: string;
  /** The first sentence of its comment. */
  readonly purpose: string;
  /** The arguments in the command line of its comment. */
  readonly usage: string;
}

/** A bench gives its command line in its first comment; a file without one is a part of a bench. */
function benchOf(name: string): Bench | undefined {
  const source = readFileSync(new URL(`${name}.ts`, SOURCES), 'utf8');
  const comment = /^\/\*\*([\s\S]*?)\*\//.exec(source)?.[1]?.replaceAll(/\n \*/g, '') ?? '';
  const usage = /node dist\/scripts\/bench\/\S+\.js ?(.*?)(?:`|$)/m.exec(source)?.[1];
  const purpose = /^.*?\.(?=\s)/.exec(comment.trim())?.[0];
  return usage === undefined || purpose === undefined ? undefined : { name, purpose, usage };
}

const benches = readdirSync(SOURCES)
  .filter((file) => file.endsWith('.ts') && file !== 'main.ts')
  .flatMap((file) => benchOf(file.replace(/\.ts$/, '')) ?? []);

const [name, ...words] = process.argv.slice(2);
if (name === undefined) {
  const width = Math.max(...benches.map((bench) => bench.name.length));
  const lines = benches.map((bench) => `  ${bench.name.padEnd(width)}  ${bench.purpose} ${bench.usage}\n`);
  process.stdout.write(`npm run bench -- NAME [ARGUMENT...]\n${lines.join('')}`);
} else if (!benches.some((bench) => bench.name === name) || !existsSync(new URL(`${name}.js`, COMPILED))) {
  process.stderr.write(`bench: no bench "${name}": one of ${benches.map((bench) => bench.name).join(', ')}\n`);
  process.exitCode = 2;
} else {
  const file = new URL(`${name}.js`, COMPILED).pathname;
  process.exitCode =
    (await execa(process.execPath, [file, ...words], { stdio: 'inherit', reject: false })).exitCode ?? 1;
}
