/** `sstory explain HOST:ID --fleet`: both ends of a connection. */
import { type Basis, basisOf } from '../../fleet/basis.js';
import { basisJson, basisLines } from '../../fleet/basis-text.js';
import { FleetClient } from '../../fleet/client.js';
import { connectionOfFleetId, parseFleetId } from '../../fleet/connection-of-id.js';
import type { FleetConnection } from '../../fleet/connection-of-row.js';
import { bothEndsOf } from '../../fleet/ends/both-ends.js';
import { endsJson, endsLines, sideLines } from '../../fleet/ends/ends-text.js';
import { recordedSpan } from '../../fleet/recorded-span.js';
import { SstoryError, usageError } from '../../model/error.js';
import { localTime } from '../../model/time-text.js';
import { recordedMoment } from '../../request/recorded-window.js';
import { LineOutput } from '../output/line-output.js';
import { say } from '../output/say.js';
import type { FleetAsked } from './asked.js';

export interface EndsOptions {
  readonly at?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** Resolves with the exit code. */
export async function explainEnds(
  { name, url }: FleetAsked,
  { at, all = false, json = false }: EndsOptions,
  words: readonly string[],
  width: number,
): Promise<number> {
  const ids = words.map(parseFleetId);
  const [id] = ids;
  if (all || id === undefined || ids.length > 1)
    throw usageError(
      'usage',
      'with --fleet, explain takes one connection: HOST:ID',
      'sstory ss --at TIME --fleet URL --json FILTER shows host and connection_id',
    );
  const fleet = await FleetClient.connect(name, url);
  try {
    const span = await recordedSpan(fleet);
    const found = await connectionOfFleetId(fleet, id, { fromUs: span.fromUs, toUs: Number.MAX_SAFE_INTEGER });
    const { openedUs, closedUs } = found.connection;
    const { text } = fleet.address;
    const wishedUs = at === undefined ? undefined : recordedMoment('--at', at, { ...span, grows: false }, text, say);
    const atUs = wishedUs ?? lastSentUs(found, await basisOf(fleet, { fromUs: openedUs, toUs: span.toUs }));
    if (openedUs > atUs)
      throw new SstoryError(
        'outside',
        `connection ${id.id} of ${found.machine.host} was not open yet at ${localTime(atUs)}`,
        {
          hint: `it was opened at ${localTime(openedUs)}`,
        },
      );
    if (found.connection.tuple.remotePort === 0)
      throw new SstoryError(
        'no-other-end',
        `connection ${id.id} of ${found.machine.host} is a listener: it has no other end`,
      );
    const output = new LineOutput(process.stdout);
    const basis = await basisOf(fleet, { fromUs: openedUs, toUs: Math.min(atUs, closedUs ?? atUs) });
    if (json) await output.line(basisJson(basis));
    else for (const line of basisLines(basis)) say(line);
    const ends = await bothEndsOf(fleet, found, atUs);
    if (json) await output.line(endsJson(ends));
    else for (const line of [...sideLines(ends.here, width), ...endsLines(ends, width)]) await output.line(line);
    await output.flush();
    return 0;
  } finally {
    await fleet.close();
  }
}

/** Hosts send every 10 seconds: what the last of them sent, others have not sent yet. */
const SETTLED_US = 20_000_000;

/** When a connection ended, or up to when it and the others are known. */
function lastSentUs({ connection, machine }: FleetConnection, { hosts, window }: Basis): number {
  const { closedUs, steps, openedUs } = connection;
  if (closedUs !== undefined) return closedUs;
  const completeUs = hosts.find((host) => host.machine === machine.machine)?.completeUs ?? openedUs;
  return Math.max(steps.at(-1)?.atUs ?? openedUs, Math.min(completeUs, window.toUs - SETTLED_US));
}
