import { type FleetMachine, keyOfMachine } from '../../fleet/page/machines.js';
import { type RankedTrouble, troublesOfFleet } from '../../fleet/troubles/find-troubles.js';
import { endOfTrouble, subjectOfTrouble, troubleSentence } from '../../fleet/troubles/trouble-text.js';
import { usageError } from '../../model/error.js';
import { jsonText } from '../../model/printable.js';
import type { ExplainEnd } from '../contract.js';
import type { TroubleHosts } from '../contract-fleet.js';
import type { FleetAsked } from './fleet-asked.js';

const DEFAULT_TROUBLES = 20;
const MOST_TROUBLES = 200;

/** GET /api/explain without `host`: lines of JSON, the worst first. */
export async function fleetTroubles(asked: FleetAsked): Promise<Iterable<string>> {
  const { query, reader, gone } = asked;
  if (query.text('id') !== undefined) throw usageError('usage', 'id: of one host: host=NAME');
  const window = await asked.window();
  const most = query.whole('limit', { least: 1, most: MOST_TROUBLES, otherwise: DEFAULT_TROUBLES });
  const { condition, states } = await asked.filter(window);
  if (states !== undefined)
    throw usageError('usage', 'troubles are looked for in every state: remove `state` from the filter');
  const machines = await reader.machines();
  const found = await troublesOfFleet(await reader.ready(), { window, condition, most, signal: gone });
  const lines = found.slice(0, most).map((trouble) => troubleLine(trouble, machines));
  const end: ExplainEnd = { type: 'end', count: lines.length, notes: asked.notes };
  return [...lines, end].map((line) => `${jsonText(line)}\n`);
}

function troubleLine(trouble: RankedTrouble, machines: readonly FleetMachine[]) {
  const { kind, severity, isOutgoing, count, names, processes, firstUs, lastUs, exampleMachine } = trouble;
  const end = endOfTrouble(trouble);
  const example = machines.find(({ machine }) => machine === exampleMachine);
  const hosts: TroubleHosts = {
    count: trouble.hosts,
    names: [...names],
    example: example === undefined ? exampleMachine : keyOfMachine(example, machines),
  };
  const text = troubleSentence(trouble);
  return {
    type: 'trouble',
    kind,
    severity,
    netns: 0,
    netns_name: null,
    subject: subjectOfTrouble(trouble),
    from_us: firstUs,
    to_us: lastUs,
    count,
    connection_ids: [trouble.exampleId],
    processes,
    peers: isOutgoing === 1 ? [end] : [],
    listeners: isOutgoing === 1 || end === '' ? [] : [end],
    more: ['sstory', 'timeline', '--oneline', ...filterOf(trouble)],
    sentences: [{ text, evidence: [] }],
    text: [text],
    hosts,
  };
}

/** A name that is a word of a filter as it is. */
const PLAIN = /^[\w.-]+$/;

function filterOf(trouble: RankedTrouble): string[] {
  const { isOutgoing, processes } = trouble;
  const end = endOfTrouble(trouble);
  const [comm] = processes.filter((name) => PLAIN.test(name));
  if (end === '') return ['state', 'close-wait', ...(comm === undefined ? [] : ['comm', '=', comm])];
  return isOutgoing === 1 ? ['dst', end] : ['sport', '=', end];
}
