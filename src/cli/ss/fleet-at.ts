/** `ss --at TIME --fleet URL`: the sockets of all hosts as they were at a time. */

import type { Expression, Filter } from '../../filter/expression.js';
import { mentions } from '../../filter/mentions.js';
import { parseFilter } from '../../filter/parse.js';
import { resolveNames } from '../../filter/resolve.js';
import { basisOf } from '../../fleet/basis.js';
import { basisJson, basisLines } from '../../fleet/basis-text.js';
import { FleetClient } from '../../fleet/client.js';
import { fleetLookups } from '../../fleet/lookups.js';
import { recordedSpan } from '../../fleet/recorded-span.js';
import { type FleetSocket, fleetSocketsAt } from '../../fleet/sockets-at.js';
import { counted } from '../../model/counted.js';
import { inodeOfText } from '../../model/namespace.js';
import { withoutThreadCopies } from '../../model/owner.js';
import { shownState } from '../../model/tcp-state.js';
import { ALL_NETNS } from '../../request/netns.js';
import { inOrder, withFacts } from '../../request/past-sockets.js';
import { momentOf } from '../../request/time-window.js';
import { systemLookups } from '../../sys/system-lookups.js';
import { shownSocket } from '../../view/ss/recorded-socket.js';
import type { ShownSocket } from '../../view/ss/shown-socket.js';
import { say } from '../output/say.js';
import type { SsFlags } from './flags.js';
import type { Listing } from './output.js';
import { filterWords, statesAsked } from './selection.js';

/** What it rests on comes first: on stderr, and with `--json` as a line of its own. */
export async function fleetSocketsAtTime(flags: SsFlags, at: string, name: string, url: string): Promise<Listing> {
  const words = filterWords(flags);
  const parsed = parseFilter(words, flags.family);
  const fleet = await FleetClient.connect(name, url);
  try {
    const us = momentOf(at, await recordedSpan(fleet), say);
    const moment = { fromUs: us, toUs: us };
    const basis = await basisOf(fleet, moment);
    if (flags.format === 'json') process.stdout.write(`${basisJson(basis)}\n`);
    else for (const line of basisLines(basis)) say(line);
    const resolved = await resolveNames(parsed, fleetLookups(fleet, moment, systemLookups(), say));
    const states = statesAsked(flags, parsed);
    const choosesNetns = flags.netns !== undefined || mentions(parsed.expression, ['netns']);
    const found: FleetSocket[] = [];
    const answer = fleetSocketsAt(fleet, us, basis, {
      filter: inNetns(resolved, flags.netns),
      states,
      initialNetns: !choosesNetns,
    });
    for await (const socket of answer) found.push(socket);
    const listed = found.map((socket) => shownOf(socket, flags)).sort(byHost);
    say(
      `${counted(listed.length, 'socket')} of ${counted(new Set(found.map(({ machine }) => machine.machine)).size, 'host')}`,
    );
    const devices = new Map(listed.map(({ row, device }) => [row, device]));
    return {
      sockets: listed,
      oneState: new Set([...states].map(shownState)).size === 1,
      interfaceName: (_, row) => devices.get(row),
      showHost: true,
      showNetns: flags.netns === ALL_NETNS || (flags.netns === undefined && choosesNetns),
      hostName: () => undefined,
    };
  } finally {
    await fleet.close();
  }
}

/** `-N NAME`: a name is that of other namespaces on each host. */
function inNetns(filter: Filter, netns: string | undefined): Filter {
  if (netns === undefined || netns === ALL_NETNS) return filter;
  const inode = inodeOfText(netns);
  const periods = inode === undefined ? [] : [{ netns: inode, fromUs: undefined, toUs: undefined }];
  const term: Expression = {
    kind: 'netns',
    comparison: 'eq',
    periods,
    ...(inode === undefined ? { name: netns } : {}),
  };
  const { expression } = filter;
  return { ...filter, expression: expression === undefined ? term : { kind: 'and', of: [term, expression] } };
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
