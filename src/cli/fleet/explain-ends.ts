/** `sstory explain HOST:ID --fleet`: a connection, and what the host at its other end has of it. */
import { type Basis, basisOf } from '../../fleet/basis.js';
import { basisJson, basisLines } from '../../fleet/basis-text.js';
import { FleetClient } from '../../fleet/client.js';
import { connectionOfFleetId, type FleetId, parseFleetId } from '../../fleet/connection-of-id.js';
import type { FleetConnection } from '../../fleet/connection-of-row.js';
import { bothEndsOf } from '../../fleet/ends/both-ends.js';
import { endsJson, endsLines, sideLines } from '../../fleet/ends/ends-text.js';
import { recordedSpan, SETTLED_US } from '../../fleet/recorded-span.js';
import { SstoryError, usageError } from '../../model/error.js';
import { localTime } from '../../model/time-text.js';
import { recordedMoment } from '../../request/recorded-window.js';
import { LineOutput } from '../output/line-output.js';
import { say } from '../output/say.js';
import type { FleetAsked } from './asked.js';
import { explainedExample } from './explained-example.js';
import { hostJson } from './host-line.js';

export interface EndsOptions {
  readonly at?: string;
  readonly json?: boolean;
  readonly width: number;
}

/** Resolves with the exit code. */
export async function explainEnds(
  { name, url }: FleetAsked,
  options: EndsOptions,
  words: readonly string[],
): Promise<number> {
  const ids = words.map(parseFleetId);
  const [id] = ids;
  if (id === undefined || ids.length > 1)
    throw usageError(
      'usage',
      'with --fleet, explain takes one connection as HOST:ID, a filter, or --all',
      'sstory ss --at TIME --fleet URL --json FILTER shows host and connection_id',
    );
  const fleet = await FleetClient.connect(name, url);
  try {
    await explainOne(fleet, id, options);
    return 0;
  } finally {
    await fleet.close();
  }
}

async function explainOne(fleet: FleetClient, id: FleetId, { at, json = false, width }: EndsOptions): Promise<void> {
  const output = new LineOutput(process.stdout);
  const { found, atUs } = await subjectOf(fleet, id, at);
  const { openedUs, closedUs, tuple } = found.connection;
  const basis = await basisOf(fleet, { fromUs: openedUs, toUs: Math.min(atUs, closedUs ?? atUs) });
  if (json) await output.line(basisJson(basis));
  else for (const line of basisLines(basis)) say(line);
  const own = await explainedExample(fleet, found, { atUs, width });
  if (own !== undefined && json) await output.line(hostJson(found.machine, own.json));
  if (own !== undefined && !json) for (const line of own.lines) await output.line(line);
  if (tuple.remotePort === 0) say(`${found.machine.host}:${id.id} is a listener: it has no other end`);
  else {
    const ends = await bothEndsOf(fleet, found, atUs);
    const here = own === undefined ? sideLines(ends.here, width) : [];
    for (const line of json ? [endsJson(ends)] : [...here, ...endsLines(ends, width)]) await output.line(line);
  }
  await output.flush();
}

/** The connection, and the time that is explained. */
async function subjectOf(
  fleet: FleetClient,
  id: FleetId,
  at: string | undefined,
): Promise<{ readonly found: FleetConnection; readonly atUs: number }> {
  const span = await recordedSpan(fleet);
  const found = await connectionOfFleetId(fleet, id, { fromUs: span.fromUs, toUs: Number.MAX_SAFE_INTEGER });
  const { openedUs } = found.connection;
  const { text } = fleet.address;
  const wishedUs = at === undefined ? undefined : recordedMoment('--at', at, { ...span, grows: false }, text, say);
  const atUs = wishedUs ?? lastSentUs(found, await basisOf(fleet, { fromUs: openedUs, toUs: span.toUs }));
  if (openedUs <= atUs) return { found, atUs };
  throw new SstoryError('outside', `${found.machine.host}:${id.id} was not open yet at ${localTime(atUs)}`, {
    hint: `it was opened at ${localTime(openedUs)}`,
  });
}

/** When a connection ended, or up to when it and the others are known. */
function lastSentUs({ connection, machine }: FleetConnection, { hosts, window }: Basis): number {
  const { closedUs, steps, openedUs } = connection;
  if (closedUs !== undefined) return closedUs;
  const completeUs = hosts.find((host) => host.machine === machine.machine)?.completeUs ?? openedUs;
  return Math.max(steps.at(-1)?.atUs ?? openedUs, Math.min(completeUs, window.toUs - SETTLED_US));
}
