/** `sstory explain --all --fleet`: what looks wrong on many hosts, and why, by an example of each. */
import { exampleOfTrouble } from '../../fleet/troubles/example.js';
import { type RankedTrouble, troublesOfFleet, worseFirst } from '../../fleet/troubles/find-troubles.js';
import { endOfTrouble, subjectOfTrouble, troubleSentence } from '../../fleet/troubles/trouble-text.js';
import { counted } from '../../model/counted.js';
import { usageError } from '../../model/error.js';
import { jsonText, printable } from '../../model/printable.js';
import { durationText, localTime } from '../../model/time-text.js';
import { alignedTable } from '../../view/aligned-table.js';
import { INDENT, wrapped } from '../../view/explanation-lines.js';
import { LineOutput } from '../output/line-output.js';
import { say } from '../output/say.js';
import type { FleetAsked } from './asked.js';
import { type ExplainedExample, explainedExample } from './explained-example.js';
import { hostJson } from './host-line.js';
import { askFleet, type FleetQuestion, type QuestionOptions } from './question.js';
import { staleNames } from './stale-names.js';

export interface FleetTroublesOptions extends QuestionOptions {
  readonly verbose?: boolean;
  /** At most so many troubles. */
  readonly connections: number;
  readonly width: number;
}

interface Example extends ExplainedExample {
  readonly host: string;
  readonly machine: string;
  readonly file: string;
  readonly id: number;
}

/** Of so many, an example is explained, without -v. */
const MOST_DETAILED = 3;
const SECONDS_LENGTH = 19;

/** Resolves with the exit code. */
export async function showTroublesOfFleet(
  asked: FleetAsked,
  options: FleetTroublesOptions,
  words: readonly string[],
): Promise<number> {
  const output = new LineOutput(process.stdout);
  await askFleet(asked, options, words, output, async (question) => {
    const { fleet, window, condition, states } = question;
    if (states !== undefined)
      throw usageError(
        'usage',
        '--all looks at every state: remove `state`',
        'sstory ss state X --at TIME --fleet URL',
      );
    const search = { window, condition, most: options.connections + 1 };
    const each = await troublesOfFleet(fleet, search);
    const found = [...each, ...(await staleNames(fleet, search, each))].sort(worseFirst);
    const troubles = found.slice(0, options.connections);
    if (options.json === true) await printJson(question, troubles, options, output);
    else await printText(question, troubles, options, output);
    if (troubles.length === 0) say(`nothing looks wrong from ${localTime(window.fromUs)} to ${localTime(window.toUs)}`);
    if (found.length > options.connections) say('more (-n shows more)');
    await output.flush();
  });
  return 0;
}

async function printJson(
  question: FleetQuestion,
  troubles: readonly RankedTrouble[],
  { width }: FleetTroublesOptions,
  output: LineOutput,
): Promise<void> {
  for (const trouble of troubles) {
    const { kind, severity, count, hosts, names, processes, firstUs, lastUs, isOutgoing } = trouble;
    const example = await exampleOf(question, trouble, width);
    const fields = jsonText({
      type: 'fleet-trouble',
      kind,
      severity,
      direction: isOutgoing === 1 ? 'connect' : 'accept',
      end: endOfTrouble(trouble),
      from_us: firstUs,
      to_us: lastUs,
      count,
      hosts,
      host_names: names,
      processes,
      sentence: troubleSentence(trouble),
    });
    const explanation = example === undefined ? 'null' : hostJson(example, example.json);
    await output.line(`${fields.slice(0, -1)},"example":${explanation}}`);
  }
}

async function printText(
  question: FleetQuestion,
  troubles: readonly RankedTrouble[],
  { width, verbose = false }: FleetTroublesOptions,
  output: LineOutput,
): Promise<void> {
  if (troubles.length === 0) return;
  for (const line of tableOf(troubles)) await output.line(line);
  for (const trouble of verbose ? troubles : troubles.slice(0, MOST_DETAILED)) {
    const { kind, count, hosts, names, firstUs, lastUs } = trouble;
    const more = hosts > names.length ? ' ...' : '';
    await output.line(`\n${kind.toUpperCase()}  ${printable(subjectOfTrouble(trouble))}`);
    await output.line(
      `${INDENT}${count} in all on ${counted(hosts, 'host')} (${printable(names.join(' '))}${more}), from ${localTime(firstUs)} to ${localTime(lastUs)}`,
    );
    for (const line of wrapped(troubleSentence(trouble), width, INDENT, INDENT)) await output.line(line);
    const example = await exampleOf(question, trouble, width - INDENT.length);
    if (example === undefined) continue;
    await output.line(`${INDENT}For example on ${printable(example.host)}, from what it sent:`);
    for (const line of example.lines) await output.line(`${INDENT}${line}`);
    await output.flush();
  }
}

function tableOf(troubles: readonly RankedTrouble[]): string[] {
  return alignedTable([
    ['SEVERITY', 'WHAT', 'COUNT', 'HOSTS', 'FROM', 'FOR', 'PROCESS', 'PEER OR LISTENER'],
    ...troubles.map((trouble) => [
      trouble.severity,
      trouble.kind,
      trouble.count,
      trouble.hosts,
      localTime(trouble.firstUs).slice(0, SECONDS_LENGTH),
      durationText(trouble.lastUs - trouble.firstUs),
      printable(trouble.processes.join(' ')),
      printable(subjectOfTrouble(trouble)),
    ]),
  ]);
}

/** Undefined: its row has been deleted meanwhile. */
async function exampleOf(
  { fleet, window }: FleetQuestion,
  trouble: RankedTrouble,
  width: number,
): Promise<Example | undefined> {
  const found = await exampleOfTrouble(fleet, trouble, window);
  if (found === undefined) return undefined;
  const explained = await explainedExample(fleet, found, { atUs: window.toUs, width });
  return explained && { ...explained, ...found.machine, id: found.connection.id };
}
