/** Writes docs/licences.md, which lists the licences of all that sstory ships: `npm run licences`. A test fails if it differs. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { productionPackages } from './shipped-packages.js';

const FILE = fileURLToPath(new URL('../../docs/licences.md', import.meta.url));
/** What scripts/web.ts says of the page's bundle. */
const BUNDLED = fileURLToPath(new URL('../web/licences.txt', import.meta.url));
const TITLE = /^=== (\S+) \S+, (.+)$/gm;
/** koffi's binary is a package for each platform. */
const PLATFORM = /^(@koromix\/koffi)-.*/;

const HEAD = `<!-- Made by npm run licences from node_modules. -->

# Licences

sstory has the MIT licence. It ships these packages of others, each with the text of its licence: those with native code
in a directory below \`node_modules\`, the others in \`dist/run/licences.txt\`, those of the page in
\`dist/web/licences.txt\`. The Debian package and the tarball also ship Node, whose licence is in
\`/usr/share/doc/sstory/LICENSE.node\`. bpftrace is not part of it: it runs as a program of its own.

| package | licence | ships in |
| --- | --- | --- |
`;

/** The text of docs/licences.md. */
export function licencesText(): string {
  const running = productionPackages().map(({ name, licence }) => [name.replace(PLATFORM, '$1-*'), licence, 'all']);
  const bundled = [...readFileSync(BUNDLED, 'utf8').matchAll(TITLE)].map(([, name, licence]) => [
    name,
    licence,
    'page',
  ]);
  const rows = [...running, ...bundled].map((row) => `| ${row.join(' | ')} |`);
  return `${HEAD}${[...new Set(rows)].sort().join('\n')}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(FILE, licencesText());
