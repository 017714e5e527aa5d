/** Peers of troubles of a fleet that had lost their name: an example of each is explained before that is said. */
import { severityOf } from '../../explain/troubles/severity.js';

import type { FleetClient } from '../../fleet/client.js';
import { exampleOfTrouble } from '../../fleet/troubles/example.js';
import { type RankedTrouble, troublesOfFleet } from '../../fleet/troubles/find-troubles.js';
import type { FleetTroubleKind, TroubleSearch } from '../../fleet/troubles/fleet-trouble.js';
import { addressOfTrouble, endOfTrouble } from '../../fleet/troubles/trouble-text.js';
import { explainedExample } from './explained-example.js';

/** So many peers are looked at: each is a question of its own. */
const MOST_PEERS = 5;

/** The kinds that a moved name can be the cause of. */
const BY_NAME: ReadonlySet<FleetTroubleKind> = new Set<FleetTroubleKind>([
  'unanswered SYN',
  'unanswered ARP',
  'refused',
  'timed out',
  'reset',
  'no route',
  'connect failed',
  'unacknowledged data',
]);

const LOST_SQL = `
SELECT DISTINCT address FROM names FINAL
WHERE address IN {addresses:Array(String)} AND isNotNull(ended) AND to_us <= {toUs:Int64}`;

/** The hosts that recorded that a name left the address. */
const ON_ITS_HOSTS = `(machine, file) IN (
  SELECT machine, file FROM names FINAL WHERE address = {lostAddress:String} AND isNotNull(ended) AND to_us <= {toUs:Int64})`;

/** Those of the first few peers that are stale: on the hosts that recorded the move, with their connections. */
export async function staleNames(
  fleet: FleetClient,
  search: TroubleSearch,
  troubles: readonly RankedTrouble[],
): Promise<readonly RankedTrouble[]> {
  const { window, condition } = search;
  const peers = onePerEnd(troubles.filter(({ kind, isOutgoing }) => isOutgoing === 1 && BY_NAME.has(kind)));
  if (peers.length === 0) return [];
  const addresses = [...new Set(peers.map(addressOfTrouble))];
  const lost = new Set(
    (await fleet.rows<{ readonly address: string }>({ sql: LOST_SQL, params: { addresses, toUs: window.toUs } })).map(
      ({ address }) => address,
    ),
  );
  const found: RankedTrouble[] = [];
  for (const peer of peers.filter((each) => lost.has(addressOfTrouble(each))).slice(0, MOST_PEERS)) {
    const sql = `${condition === undefined ? '' : `(${condition.sql}) AND `}remote_addr = toIPv6({lostPeer:String}) AND remote_port = {lostPort:UInt16} AND ${ON_ITS_HOSTS}`;
    const params = { lostPeer: peer.address, lostPort: peer.port, lostAddress: addressOfTrouble(peer) };
    const alike = await troublesOfFleet(fleet, {
      ...search,
      condition: { sql, params: { ...condition?.params, ...params } },
    });
    const trouble = alike.find(({ kind, error }) => kind === peer.kind && error === peer.error);
    const example = trouble && (await exampleOfTrouble(fleet, trouble, window));
    const explained = example && (await explainedExample(fleet, example, { atUs: window.toUs, width: 100 }));
    if (trouble === undefined || explained?.troubles.includes('stale name') !== true) continue;
    found.push({ ...trouble, kind: 'stale name', severity: severityOf('stale name', trouble.count) });
  }
  return found;
}

/** The first of each end: the worst. */
function onePerEnd(troubles: readonly RankedTrouble[]): readonly RankedTrouble[] {
  const ends = new Map<string, RankedTrouble>();
  for (const trouble of troubles) {
    const end = endOfTrouble(trouble);
    if (!ends.has(end)) ends.set(end, trouble);
  }
  return [...ends.values()];
}
