import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { SstoryError } from '../../model/error.js';

const FILE = fileURLToPath(new URL('../../../../docs/openapi.json', import.meta.url));

/** docs/openapi.json, which scripts/openapi.ts makes of the contract and of the formats of --json. */
export class ApiDocument {
  private known: string | undefined;

  /** @throws SstoryError `no-document` where the documentation is not installed */
  async text(): Promise<string> {
    this.known ??= await readFile(FILE, 'utf8').catch(() => {
      throw new SstoryError('no-document', 'docs/openapi.json is not installed');
    });
    return this.known;
  }
}
