/** `sstory explain --fleet`: one connection with both of its ends, or the worst of those that match a filter. */
import { parseFleetId } from '../../fleet/connection-of-id.js';
import type { FleetAsked } from './asked.js';
import { explainEnds } from './explain-ends.js';
import { explainMatches, type MatchesOptions } from './explain-matches.js';

/** Resolves with the exit code. */
export async function explainOfFleet(
  asked: FleetAsked,
  options: MatchesOptions,
  words: readonly string[],
): Promise<number> {
  const areIds = words.every((word) => parseFleetId(word) !== undefined);
  return await (areIds ? explainEnds(asked, options, words) : explainMatches(asked, options, words));
}
