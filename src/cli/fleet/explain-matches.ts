/** `sstory explain FILTER --fleet`: the worst of the connections that match, each explained from what its host sent. */
import { worstOfFleet } from '../../fleet/worst.js';
import { LineOutput } from '../output/line-output.js';
import { say } from '../output/say.js';
import type { FleetAsked } from './asked.js';
import { explainedExample } from './explained-example.js';
import { hostJson } from './host-line.js';
import { askFleet, type QuestionOptions } from './question.js';

export interface MatchesOptions extends QuestionOptions {
  readonly at?: string;
  /** At most so many are explained. */
  readonly connections: number;
  readonly width: number;
}

/** Resolves with the exit code. */
export async function explainMatches(
  asked: FleetAsked,
  options: MatchesOptions,
  words: readonly string[],
): Promise<number> {
  const { at, connections: atMost, width, json = false } = options;
  const output = new LineOutput(process.stdout);
  const asks = at === undefined ? options : { ...options, since: at, until: at };
  await askFleet(asked, asks, words, output, async ({ fleet, window, condition, states }) => {
    const { found, count } = await worstOfFleet(fleet, { window, condition, states, atMost });
    for (const [index, each] of found.entries()) {
      const explained = await explainedExample(fleet, each, { atUs: window.toUs, width });
      if (explained === undefined) continue;
      if (json) await output.line(hostJson(each.machine, explained.json));
      else await output.line(`${index > 0 ? '\n' : ''}${explained.lines.join('\n')}`);
      await output.flush();
    }
    if (count === 0) say('no matching connections in this time range');
    if (count > found.length) say(`${count - found.length} more match (-n shows more)`);
  });
  await output.flush();
  return 0;
}
