/** A question to a fleet about a window of time: what the commands over it share. */
import { compileToClickHouse, type FleetCondition } from '../../filter/clickhouse.js';
import type { Filter } from '../../filter/expression.js';
import { parseFilter } from '../../filter/parse.js';
import { resolveNames } from '../../filter/resolve.js';
import { basisOf } from '../../fleet/basis.js';
import { basisJson, basisLines } from '../../fleet/basis-text.js';
import { FleetClient } from '../../fleet/client.js';
import { fleetLookups } from '../../fleet/lookups.js';
import { recordedSpan, SETTLED_US } from '../../fleet/recorded-span.js';
import type { Interval } from '../../model/interval.js';
import type { TcpState } from '../../model/tcp-state.js';
import { localTime } from '../../model/time-text.js';
import { recordedWindow } from '../../request/recorded-window.js';
import { systemLookups } from '../../sys/system-lookups.js';
import type { LineOutput } from '../output/line-output.js';
import { say } from '../output/say.js';
import type { FleetAsked } from './asked.js';
import { inNetns } from './in-netns.js';

/** Without --since: so long before the end. The whole history of many hosts is too much for a list. */
const DEFAULT_WINDOW_US = 3_600_000_000;

export interface QuestionOptions {
  readonly since?: string;
  readonly until?: string;
  readonly netns?: string | undefined;
  readonly json?: boolean;
  /** Without --since: everything, not the last hour. */
  readonly isSmall?: boolean;
}

export interface FleetQuestion {
  readonly fleet: FleetClient;
  readonly window: Interval;
  /** Without its states. */
  readonly condition: FleetCondition;
  /** What it was compiled of. */
  readonly filter: Filter;
  readonly states: ReadonlySet<TcpState> | undefined;
}

/** Asks, and closes the connection. What the answer rests on is said first: on stderr, or as a line of JSON. */
export async function askFleet<Answer>(
  { name, url }: FleetAsked,
  options: QuestionOptions,
  words: readonly string[],
  output: LineOutput,
  answer: (question: FleetQuestion) => Promise<Answer>,
): Promise<Answer> {
  // An invalid filter needs no connection.
  const parsed = parseFilter(words);
  const fleet = await FleetClient.connect(name, url);
  try {
    const window = windowIn(options, await recordedSpan(fleet));
    const basis = await basisOf(fleet, window.settled);
    if (options.json === true) await output.line(basisJson(basis));
    else for (const line of basisLines(basis)) say(line);
    const resolved = await resolveNames(parsed, fleetLookups(fleet, window, systemLookups(), say));
    const filter = inNetns({ ...resolved, states: undefined }, options.netns);
    return await answer({
      fleet,
      window,
      condition: compileToClickHouse(filter, { during: window }),
      filter,
      states: resolved.states,
    });
  } finally {
    await fleet.close();
  }
}

function windowIn(options: QuestionOptions, span: Interval): Interval & { readonly settled: Interval } {
  const window = recordedWindow(options, span, say);
  const isOpen =
    options.since === undefined && options.isSmall !== true && window.toUs - window.fromUs > DEFAULT_WINDOW_US;
  const fromUs = isOpen ? window.toUs - DEFAULT_WINDOW_US : window.fromUs;
  if (isOpen) say(`from ${localTime(fromUs)}, one hour before the end: --since TIME shows more`);
  const settledUs = Math.max(fromUs, Math.min(window.toUs, span.toUs - SETTLED_US));
  return { fromUs, toUs: window.toUs, settled: { fromUs, toUs: settledUs } };
}
