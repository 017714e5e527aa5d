import { SstoryError } from '../model/error.js';
import { parseTimeArgument } from '../model/time-argument.js';
import type { Recorded } from '../query/index.js';

/**
 * The window that `--since` and `--until` leave of a recording: from its beginning, up to now or to its end.
 * @throws SstoryError `bad-time`, `empty-window` (exit code 2)
 */
export function windowOf(
  { since, until }: { readonly since?: string; readonly until?: string },
  { startUs, endUs }: Recorded,
): Recorded {
  const nowUs = Date.now() * 1000;
  const at = (text: string) => parseTimeArgument(text, { nowUs, startUs, endUs }).us;
  const fromUs = since === undefined ? 0 : at(since);
  const toUs = until === undefined ? Math.max(nowUs, endUs) : at(until);
  if (fromUs > toUs) {
    throw new SstoryError('empty-window', `--since ${since} is later than --until ${until}`, { exitCode: 2 });
  }
  return { startUs: Math.max(fromUs, 0), endUs: toUs };
}
