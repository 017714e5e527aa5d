/** `sstory names --fleet`: which names resolved to which addresses, on all hosts. */
import { fleetNames } from '../../fleet/recorded-names.js';
import { nameJson, nameLine } from '../../view/name-line.js';
import { LineOutput } from '../output/line-output.js';
import { say } from '../output/say.js';
import type { FleetAsked } from './asked.js';
import { hostJson, hostLine } from './host-line.js';
import { askFleet, type QuestionOptions } from './question.js';

/** Resolves with the exit code. */
export async function namesOfFleet(
  asked: FleetAsked,
  options: QuestionOptions,
  subject: { readonly name: string } | { readonly address: string } | undefined,
): Promise<number> {
  const output = new LineOutput(process.stdout);
  const { since, until, json = false } = options;
  const window = { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) };
  let count = 0;
  await askFleet(asked, { ...window, json, isSmall: true }, [], output, async (question) => {
    for await (const { machine, record } of fleetNames(question.fleet, question.window, subject)) {
      await output.line(json ? hostJson(machine, nameJson(record)) : hostLine(machine, nameLine(record, undefined)));
      count++;
    }
    await output.flush();
  });
  if (count === 0) say('no matching names of any host in this time range');
  return 0;
}
