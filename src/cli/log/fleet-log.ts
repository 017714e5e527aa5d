/** `sstory log --fleet`: the transitions of all hosts. */
import type { FleetConnection } from '../../fleet/connection-of-row.js';
import { type FleetLogEntry, fleetLog } from '../../fleet/log-entries.js';
import type { LoggedConnection } from '../../model/connection.js';
import { usageError } from '../../model/error.js';
import type { PlacesOf } from '../../model/place.js';
import type { LineLooks } from '../../view/log-line.js';
import { PLAIN_LOOKS } from '../../view/log-line.js';
import type { FleetAsked } from '../fleet/asked.js';
import { hostJson, hostLine } from '../fleet/host-line.js';
import { askFleet, type QuestionOptions } from '../fleet/question.js';
import { LineOutput } from '../output/line-output.js';
import { entryLines } from '../output/log-entry-line.js';
import { say } from '../output/say.js';

export interface FleetLogOptions extends QuestionOptions {
  readonly follow?: boolean;
  readonly lines?: number;
  readonly reverse?: boolean;
  readonly grep?: RegExp;
}

/** Resolves with the exit code. */
export async function logOfFleet(
  asked: FleetAsked,
  options: FleetLogOptions,
  words: readonly string[],
  looks: LineLooks,
): Promise<number> {
  if (options.follow === true)
    throw usageError('usage', '-f follows the recorder of one host: not with --fleet', 'sstory log -f on that host');
  const { json = false, lines, reverse = false, grep } = options;
  const output = new LineOutput(process.stdout);
  const places = new FleetPlaces();
  const order = reverse ? 'newestFirst' : 'oldestFirst';
  const lineOf = hostLines(json, places, { ...looks, order });
  const plainLineOf = hostLines(false, places, { ...PLAIN_LOOKS, order: 'oldestFirst' });
  let transitions = 0;
  await askFleet(asked, options, words, output, async ({ fleet, window, condition, states }) => {
    const entries = fleetLog(fleet, { window, condition, states, seen: (found) => places.add(found) });
    // Only so many are kept; all of them where the newest come first.
    let kept: FleetLogEntry[] = [];
    const keeps = reverse || lines !== undefined;
    for await (const entry of entries) {
      if (grep?.test(plainLineOf(entry)) === false) continue;
      if (entry.entry.kind === 'transition') transitions++;
      if (keeps) kept = keptWith(kept, entry, lines);
      else if (output.add(lineOf(entry))) await output.flush();
    }
    const last = lines === undefined ? kept : lastTransitions(kept, lines);
    for (const entry of reverse ? last.reverse() : last) if (output.add(lineOf(entry))) await output.flush();
    await output.flush();
  });
  if (transitions === 0 && lines !== 0) say('no matching transitions of any host in this time');
  return 0;
}

/** Gaps do not count, so twice as many are kept before the older ones are dropped. */
function keptWith(kept: FleetLogEntry[], entry: FleetLogEntry, lines: number | undefined): FleetLogEntry[] {
  kept.push(entry);
  return lines === undefined || kept.length < 2 * lines + 1_000 ? kept : lastTransitions(kept, lines);
}

function lastTransitions(entries: readonly FleetLogEntry[], count: number): FleetLogEntry[] {
  let left = count;
  let from = entries.length;
  while (from > 0 && left > 0) if (entries[--from]?.entry.kind === 'transition') left--;
  return entries.slice(from);
}

/** Where the connections are that the server gave: as it was sent, for all of their lives. */
class FleetPlaces implements PlacesOf<LoggedConnection> {
  private readonly places = new WeakMap<LoggedConnection, FleetConnection['place']>();

  add({ connection, place }: FleetConnection): void {
    this.places.set(connection, place);
  }

  at(connection: LoggedConnection): FleetConnection['place'] {
    return this.places.get(connection) ?? { netnsName: undefined, cgroup: undefined };
  }

  netnsNameAt(connection: LoggedConnection): string | undefined {
    return this.at(connection).netnsName;
  }
}

/** Lines of the log with the host before them, or as the first keys. */
function hostLines(json: boolean, places: FleetPlaces, looks: LineLooks): (entry: FleetLogEntry) => string {
  const lineOf = entryLines(json, places, looks);
  const withHost = json ? hostJson : hostLine;
  return ({ machine, entry }) => withHost(machine, lineOf(entry));
}
