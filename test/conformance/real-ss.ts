import { spawnSync } from 'node:child_process';
import { missing } from '../lab/privileges.js';

/** The releases that docs/ss-compatibility.md speaks of: those of Debian 12, 13, and sid. */
const KNOWN = ['6.1.0', '6.15.0', '7.3.0'];

/** For tests that compare with the installed ss. Other releases may print other columns: the tests are skipped there, with a message. */
export function requireSs(context: Mocha.Context): void {
  const { stdout, error } = spawnSync('ss', ['-V'], { encoding: 'utf8' });
  if (error !== undefined) missing(context, 'needs ss (scripts/setup.sh test installs it)');
  const version = /iproute2-([\d.]+)/.exec(stdout)?.[1];
  if (version !== undefined && KNOWN.includes(version)) return;
  process.stderr.write(`skipped: ss is ${version}, what is compared here is known of ${KNOWN.join(', ')}\n`);
  context.skip();
}
