/** Where chdb is: ClickHouse's engine as a library, of 550 MB, which is therefore no dependency of the product. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** As scripts/setup.sh installs it. */
export const CHDB_VERSION = '3.4.0';

/** Directory of an installed chdb; undefined: there is none. */
export function chdbDirectory(): string | undefined {
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  const directory = process.env['SSTORY_CHDB'] || join(cache, 'sstory', `chdb-${CHDB_VERSION}`);
  return existsSync(join(directory, 'node_modules', 'chdb', 'package.json')) ? directory : undefined;
}

/** Skips the tests of a suite where chdb is not installed, with the reason; in CI they fail. */
export function requireChdb(context: Mocha.Context): void {
  if (chdbDirectory() !== undefined) return;
  const reason = `needs chdb ${CHDB_VERSION} (550 MB): bash scripts/setup.sh test`;
  if (process.env['CI'] === 'true') throw new Error(reason);
  process.stderr.write(`    skipped: ${reason}\n`);
  context.skip();
}
