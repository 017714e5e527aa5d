/** `ss --at TIME --fleet URL`: the sockets of all hosts as they were at a time. */

import { compileToClickHouse } from '../../filter/clickhouse.js';
import type { Filter } from '../../filter/expression.js';
import { mentions } from '../../filter/mentions.js';
import { parseFilter } from '../../filter/parse.js';
import { resolveNames } from '../../filter/resolve.js';
import { type Basis, basisOf } from '../../fleet/basis.js';
import { basisJson, basisLines } from '../../fleet/basis-text.js';
import { FleetClient } from '../../fleet/client.js';
import { fleetLookups } from '../../fleet/lookups.js';
import { fleetNamesAt } from '../../fleet/names-at.js';
import { recordedSpan } from '../../fleet/recorded-span.js';
import { type FleetSocket, fleetSocketsAt } from '../../fleet/sockets-at.js';
import { fleetSummaryAt } from '../../fleet/summary-at.js';
import { plainAddress } from '../../model/address.js';
import { counted } from '../../model/counted.js';
import { withoutThreadCopies } from '../../model/owner.js';
import { shownState } from '../../model/tcp-state.js';
import { ALL_NETNS } from '../../request/netns.js';
import { inOrder, withFacts } from '../../request/past-sockets.js';
import { momentOf } from '../../request/time-window.js';
import { systemLookups } from '../../sys/system-lookups.js';
import { shownSocket } from '../../view/ss/recorded-socket.js';
import type { ShownSocket } from '../../view/ss/shown-socket.js';
import type { FleetAsked } from '../fleet/asked.js';
import { inNetns } from '../fleet/in-netns.js';
import { say } from '../output/say.js';
import type { SsFlags } from './flags.js';
import type { Listing } from './output.js';
import { noteExpired } from './recorded-host-names.js';
import { filterWords, statesAsked } from './selection.js';
import { summaryOfAlike } from './summary.js';

/** A question about one time. What the answer rests on comes first: on stderr, and with `--json` as a line of its own. */
async function askAt<Answer>(
  { format }: SsFlags,
  at: string,
  { name, url }: FleetAsked,
  answer: (fleet: FleetClient, us: number, basis: Basis) => Promise<Answer>,
): Promise<Answer> {
  const fleet = await FleetClient.connect(name, url);
  try {
    const us = momentOf(at, await recordedSpan(fleet), say);
    const basis = await basisOf(fleet, { fromUs: us, toUs: us });
    if (format === 'json') process.stdout.write(`${basisJson(basis)}\n`);
    else for (const line of basisLines(basis)) say(line);
    return await answer(fleet, us, basis);
  } finally {
    await fleet.close();
  }
}

/** The sockets that the flags and the filter select. */
export function fleetSocketsAtTime(flags: SsFlags, at: string, asked: FleetAsked): Promise<Listing> {
  const parsed = parseFilter(filterWords(flags), flags.family);
  return askAt(flags, at, asked, (fleet, us, basis) => listingOf(fleet, us, basis, flags, parsed));
}

/** `-s`: the summary of all sockets, and with `-t` the listing. */
export function fleetSummaryAtTime(
  flags: SsFlags,
  at: string,
  asked: FleetAsked,
): Promise<{ readonly summary: string; readonly listing: Listing | undefined }> {
  const parsed = parseFilter(filterWords(flags), flags.family);
  return askAt(flags, at, asked, async (fleet, us, basis) => {
    const netns = compileToClickHouse(inNetns(EVERYTHING, flags.netns), { during: { fromUs: us, toUs: us } });
    const sockets = await fleetSummaryAt(fleet, us, { netns, initialNetns: flags.netns === undefined });
    return {
      summary: summaryOfAlike(sockets),
      listing: flags.tcp ? await listingOf(fleet, us, basis, flags, parsed) : undefined,
    };
  });
}

const EVERYTHING: Filter = { states: undefined, family: undefined, expression: undefined };

async function listingOf(
  fleet: FleetClient,
  us: number,
  basis: Basis,
  flags: SsFlags,
  parsed: ReturnType<typeof parseFilter>,
): Promise<Listing> {
  const resolved = await resolveNames(parsed, fleetLookups(fleet, { fromUs: us, toUs: us }, systemLookups(), say));
  const states = statesAsked(flags, parsed);
  if (flags.shown === 'bound' || parsed.boundInactive === 'named')
    say('hosts do not send sockets that are bound and nothing more: ask the host itself for them');
  const choosesNetns = flags.netns !== undefined || mentions(parsed.expression, ['netns']);
  const found: FleetSocket[] = [];
  const answer = fleetSocketsAt(fleet, us, basis, {
    filter: inNetns(resolved, flags.netns),
    states,
    initialNetns: !choosesNetns,
  });
  for await (const socket of answer) found.push(socket);
  const listed = found.map((socket) => shownOf(socket, flags)).sort(byHost);
  const hosts = new Set(found.map(({ machine }) => machine.machine)).size;
  const where = choosesNetns ? '' : ' in the initial network namespace of each (-N all: in all)';
  say(`${counted(listed.length, 'socket')} of ${counted(hosts, 'host')}${where}`);
  const devices = new Map(listed.map(({ row, device }) => [row, device]));
  return {
    sockets: listed,
    oneState: new Set([...states].map(shownState)).size === 1,
    interfaceName: (_, row) => devices.get(row),
    showHost: true,
    showNetns: flags.netns === ALL_NETNS || (flags.netns === undefined && choosesNetns),
    hostName: flags.resolve ? await hostNamesThen(fleet, us, listed) : () => undefined,
  };
}

/** As each host had recorded them by then. No resolver is asked. */
async function hostNamesThen(
  fleet: FleetClient,
  us: number,
  listed: readonly ShownSocket[],
): Promise<NonNullable<Listing['hostName']>> {
  const machines = new Map(listed.map(({ row, machine }) => [row, machine?.machine]));
  const keyOf = (machine: string | undefined, address: string) => `${machine} ${plainAddress(address)}`;
  const wanted = new Set(
    listed.flatMap(({ row: { tuple }, machine }) =>
      [tuple.localAddr, tuple.remoteAddr].map((address) => keyOf(machine?.machine, address)),
    ),
  );
  const names = new Map<string, string>();
  let expired = 0;
  for await (const { machine, address, name, isExpired } of fleetNamesAt(fleet, us)) {
    const key = keyOf(machine, address);
    if (!wanted.has(key)) continue;
    names.set(key, name);
    if (isExpired) expired++;
  }
  noteExpired(expired);
  return (address, row) => names.get(keyOf(machines.get(row), address));
}

function shownOf({ machine, socket, place, inGap }: FleetSocket, flags: SsFlags): ShownSocket {
  const owners = flags.threads ? socket.owners : withoutThreadCopies(socket.owners);
  const facts = flags.format !== 'text' || flags.columns !== undefined ? 'all' : flags;
  return { ...withFacts(shownSocket({ ...socket, owners }, place, inGap), facts), machine };
}

function byHost(one: ShownSocket, other: ShownSocket): number {
  const [a, b] = [one.machine, other.machine];
  return compare(a?.host, b?.host) || compare(a?.machine, b?.machine) || inOrder(one, other);
}

function compare(a = '', b = ''): number {
  return a < b ? -1 : Number(a > b);
}
