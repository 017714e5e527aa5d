/** Writes docs/json.md and docs/json/ from the declared formats: `npm run schema`. A test fails if they differ. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { JSON_VERSIONS, type JsonFormat } from '../../src/view/json-versions.js';
import { FORMATS, schemaOf } from './formats.js';

const DOCS = fileURLToPath(new URL('../../../docs/', import.meta.url));

const HEAD = `<!-- Made by npm run schema from scripts/json-schemas/. -->

# JSON

Every command with \`--json\` prints one JSON object per line. Each has a format of this page, with a version and a
[JSON Schema](https://json-schema.org) in [json/](json); tests compare them with what the commands print.

**What stays.** Within a version, keys may be added; none is removed or renamed, and none changes its type or meaning.
A change that is none of these has a new version, and stands in the changelog. So ignore keys that you do not know.

The lines themselves carry no version. \`sstory --version --json\` prints, as one object, the versions of the program, of
the database schema, of recording files, and of each format: a program that reads the lines compares once, when it
starts.

    $ sstory --version --json | jq .json.transition
    1

Keys that end in \`_us\` are microseconds: times since the Unix epoch, or lengths of time. A time often has a twin in ISO
8601 (UTC) without \`_us\`. \`null\`: not known, or none. Where lines of several formats are mixed, the key \`type\`
says which one a line has.

| format | version | printed by | an object is |
| --- | --- | --- | --- |
`;

function formatNames(): JsonFormat[] {
  return Object.keys(FORMATS) as JsonFormat[];
}

/** The files, by their path in docs/. */
export function jsonDocs(): Readonly<Record<string, string>> {
  const rows = formatNames().map((name) => {
    const { commands, about } = FORMATS[name];
    const printed = commands.map((command) => `\`${command}\``).join(', ');
    return `| [${name}](json/${name}.schema.json) | ${JSON_VERSIONS[name]} | ${printed} | ${about} |\n`;
  });
  const others = `
\`sstory sql --format json\` prints an object per row, with the columns of the query as keys. \`sstory export --format
jsonl\` prints rows of the tables of [schema.md](schema.md).
`;
  return {
    'json.md': HEAD + rows.join('') + others,
    ...Object.fromEntries(
      formatNames().map((name) => [
        `json/${name}.schema.json`,
        `${JSON.stringify(schemaOf(name, FORMATS[name]), undefined, 2)}\n`,
      ]),
    ),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(join(DOCS, 'json'), { recursive: true });
  for (const [path, text] of Object.entries(jsonDocs())) writeFileSync(join(DOCS, path), text);
}
