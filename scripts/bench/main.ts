/** `npm run bench -- NAME [ARGUMENT...]`: runs one of the benches of this directory; without a name, lists them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { execa } from 'execa';

const COMPILED = new URL('./', import.meta.url);
const SOURCES = new URL('../../../scripts/bench/', import.meta.url);

/** A bench says how it is run; what has no such line is a part of one. */
function usageOf(name: string): string | undefined {
  return /(node dist\/scripts\/bench\/.*?)(?:`|$)/m.exec(readFileSync(new URL(`${name}.ts`, SOURCES), 'utf8'))?.[1];
}

const benches = readdirSync(SOURCES)
  .filter((file) => file.endsWith('.ts') && file !== 'main.ts')
  .map((file) => file.replace(/\.ts$/, ''))
  .filter((name) => usageOf(name) !== undefined);

const [name, ...words] = process.argv.slice(2);
if (name === undefined) {
  process.stdout.write(`benches, each run as it says:\n${benches.map((each) => `  ${usageOf(each)}\n`).join('')}`);
} else if (!benches.includes(name) || !existsSync(new URL(`${name}.js`, COMPILED))) {
  process.stderr.write(`bench: there is no bench "${name}": one of ${benches.join(', ')}\n`);
  process.exitCode = 2;
} else {
  const file = new URL(`${name}.js`, COMPILED).pathname;
  process.exitCode =
    (await execa(process.execPath, [file, ...words], { stdio: 'inherit', reject: false })).exitCode ?? 1;
}
