/** What looks wrong on the hosts of a fleet: the kinds of `sstory explain --all`, grouped over hosts by ClickHouse. */
import { isMissingIpv6 } from '../../explain/connect-failed.js';
import { HARMLESS, LESS_IF_GONE, MOST_OF_STUCK, severityOf } from '../../explain/troubles/severity.js';
import type { FleetClient } from '../client.js';
import { WITH_COMPLETE } from '../page/open-until.js';
import { failuresSql } from './failures.js';
import type { FleetTrouble, TroubleSearch } from './fleet-trouble.js';
import { restartsOfFleet } from './listener-restarts.js';
import { sampledSql } from './samples.js';
import { selfConnectsSql } from './self-connects.js';
import { halfOpenSql, leaksSql, pileUpsSql, unacceptedSql } from './states.js';
import { addressOfTrouble } from './trouble-text.js';

/** Connections that hosts aborted are a trouble from this number on: some programs close like this by habit. */
const MANY_ABORTED = 3;
const MOST_NAMES = 5;
const MOST_PROCESSES = 3;

const CASES = [failuresSql, leaksSql, pileUpsSql, halfOpenSql, unacceptedSql, sampledSql, selfConnectsSql] as const;

export interface RankedTrouble extends FleetTrouble {
  /** 0 - 100, as on one host. */
  readonly severity: number;
}

/**
 * The worst first.
 * @throws SstoryError of the fleet
 */
export async function troublesOfFleet(fleet: FleetClient, search: TroubleSearch): Promise<readonly RankedTrouble[]> {
  const { window, condition, most, signal } = search;
  const params = { ...condition?.params, fromUs: window.fromUs, toUs: window.toUs, most };
  // Each kind is of one of them, so a server can answer them at the same time.
  const found = await Promise.all([
    ...CASES.map((sqlOf) => fleet.rows<FleetTrouble>({ sql: groupedSql(sqlOf(condition)), params, signal })),
    restartsOfFleet(fleet, search),
  ]);
  return found
    .flat()
    .map((trouble) => ({
      ...trouble,
      processes: trouble.processes.filter((name) => name !== ''),
      severity: severityOfTrouble(trouble),
    }))
    .sort(worseFirst);
}

function severityOfTrouble(trouble: FleetTrouble): number {
  const { kind, count, error, isOver } = trouble;
  if (isMissingIpv6(error, addressOfTrouble(trouble))) return HARMLESS;
  const severity = severityOf(kind, count);
  // Clients of a listener that is gone fail for other reasons by now.
  return kind === 'accept queue full' && isOver === 1 ? Math.min(severity - LESS_IF_GONE, MOST_OF_STUCK) : severity;
}

/** The more severe, on the more hosts, the more frequent. */
export function worseFirst(a: RankedTrouble, b: RankedTrouble): number {
  return b.severity - a.severity || b.hosts - a.hosts || b.count - a.count || a.firstUs - b.firstUs;
}

/** A leak belongs to a program, whatever the other ends are; everything else to the end that it has in common. */
function groupedSql(cases: string): string {
  return `${WITH_COMPLETE}
SELECT kind_ AS kind, is_outgoing_ AS isOutgoing, family_ AS family, address_ AS address, port_ AS port, error_ AS error,
  sum(n_) AS count, count() AS cases, uniqExact(machine_) AS hosts, topK(${MOST_NAMES})(host_) AS names,
  topK(${MOST_PROCESSES})(comm_) AS processes, min(from_us_) AS firstUs, max(until_us_) AS lastUs, max(lasted_us_) AS longestUs,
  min(is_over_) AS isOver, argMax(machine_, (lasted_us_, until_us_)) AS exampleMachine,
  argMax(file_, (lasted_us_, until_us_)) AS exampleFile, argMax(id_, (lasted_us_, until_us_)) AS exampleId
FROM (${cases})
GROUP BY kind_, is_outgoing_, family_, address_, port_, error_, if(kind_ = 'CLOSE-WAIT leak', comm_, '')
HAVING kind_ != 'reset' OR countIf(is_mild_ = 0) > 0 OR count() >= ${MANY_ABORTED}
ORDER BY hosts DESC, count DESC LIMIT {most:UInt32} BY kind`;
}
