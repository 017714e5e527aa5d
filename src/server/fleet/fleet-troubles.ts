import { severityOf } from '../../explain/troubles/severity.js';
import { type CommonFailure, commonFailures } from '../../fleet/page/common-failures.js';
import { failedEnd, failureSentence } from '../../fleet/page/failure-text.js';
import { type FleetMachine, keyOfMachine } from '../../fleet/page/machines.js';
import { usageError } from '../../model/error.js';
import { jsonText } from '../../model/printable.js';
import type { ExplainEnd } from '../contract.js';
import type { TroubleHosts } from '../contract-fleet.js';
import type { FleetAsked } from './fleet-asked.js';

const DEFAULT_TROUBLES = 20;
const MOST_TROUBLES = 200;

/** GET /api/explain without `host`: lines of JSON, what fails on the most hosts first. */
export async function fleetTroubles(asked: FleetAsked): Promise<Iterable<string>> {
  const { query, reader, gone } = asked;
  if (query.text('id') !== undefined) throw usageError('usage', 'id: of one host: host=NAME');
  const window = await asked.window();
  const most = query.whole('limit', { least: 1, most: MOST_TROUBLES, otherwise: DEFAULT_TROUBLES });
  const { condition, states } = await asked.filter(window);
  if (states !== undefined)
    throw usageError('usage', 'troubles are looked for in every state: remove `state` from the filter');
  const machines = await reader.machines();
  const found = await commonFailures(await reader.ready(), { window, condition, most, signal: gone });
  const lines = found
    .map((failure) => troubleLine(failure, machines))
    .sort((a, b) => b.severity - a.severity || b.hosts.count - a.hosts.count || b.count - a.count);
  const end: ExplainEnd = { type: 'end', count: lines.length, notes: asked.notes };
  return [...lines, end].map((line) => `${jsonText(line)}\n`);
}

function troubleLine(failure: CommonFailure, machines: readonly FleetMachine[]) {
  const { kind, isOutgoing, count, names, processes, firstUs, lastUs } = failure;
  const end = failedEnd(failure);
  const example = machines.find(({ machine }) => machine === failure.exampleMachine);
  const hosts: TroubleHosts = {
    count: failure.hosts,
    names: [...names],
    example: example === undefined ? failure.exampleMachine : keyOfMachine(example, machines),
  };
  const text = failureSentence(failure);
  return {
    type: 'trouble',
    kind,
    severity: severityOf(kind, count),
    netns: 0,
    netns_name: null,
    subject: end,
    from_us: firstUs,
    to_us: lastUs,
    count,
    connection_ids: [failure.exampleId],
    processes: processes.filter((name) => name !== ''),
    peers: isOutgoing === 1 ? [end] : [],
    listeners: isOutgoing === 1 ? [] : [end],
    more: ['sstory', 'timeline', '--oneline', ...(isOutgoing === 1 ? ['dst', end] : ['sport', '=', end])],
    sentences: [{ text, evidence: [] }],
    text: [text],
    hosts,
  };
}
