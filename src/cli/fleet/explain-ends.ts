/** `sstory explain HOST:ID --fleet`: why a connection is in its state, from what its host sent, and both of its ends. */
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
import { explainedExample } from './explained-example.js';
import { hostJson } from './host-line.js';

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
    const output = new LineOutput(process.stdout);
    const basis = await basisOf(fleet, { fromUs: openedUs, toUs: Math.min(atUs, closedUs ?? atUs) });
    if (json) await output.line(basisJson(basis));
    else for (const line of basisLines(basis)) say(line);
    // A listener has no other end.
    const ends = found.connection.tuple.remotePort === 0 ? undefined : await bothEndsOf(fleet, found, atUs);
    const explained = await explainedExample(fleet, found, { atUs, width });
    if (json) {
      if (explained !== undefined) await output.line(hostJson(found.machine, explained.json));
      if (ends !== undefined) await output.line(endsJson(ends));
    } else {
      const lines = explained?.lines ?? (ends === undefined ? [] : sideLines(ends.here, width));
      for (const line of [...lines, ...(ends === undefined ? [] : endsLines(ends, width))]) await output.line(line);
    }
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
