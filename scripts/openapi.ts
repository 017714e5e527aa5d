/** Writes docs/openapi.json from the contract of page and server and the formats of --json: `npm run openapi`; `--check` compares. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openApiDocument } from './openapi/document.js';

export const OPENAPI_FILE = fileURLToPath(new URL('../../docs/openapi.json', import.meta.url));

/** The text of the file. */
export function openApiText(): string {
  return `${JSON.stringify(openApiDocument(), null, 2)}\n`;
}

function main(): void {
  const text = openApiText();
  if (!process.argv.includes('--check')) writeFileSync(OPENAPI_FILE, text);
  else if (readFileSync(OPENAPI_FILE, 'utf8') !== text) {
    process.stderr.write('docs/openapi.json is out of date: npm run openapi writes it\n');
    process.exitCode = 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
