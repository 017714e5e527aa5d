/** Both ends of a connection: the row of one host, and what the rest of the fleet has of it. */
import type { Sentence } from '../../explain/sentence.js';
import type { Interval } from '../../model/interval.js';
import { type Basis, basisOf } from '../basis.js';
import type { FleetClient } from '../client.js';
import type { FleetConnection } from '../connection-of-row.js';
import { isLoopback, mirrorsOf, swapped, translatedOf } from './candidates.js';
import { clockDifference, widestDifferenceUs } from './clocks.js';
import { type Holder, holdersOf, listenerThere, resetSent } from './remote-host.js';
import { endsSentences } from './sentences.js';
import { hereUs, type Side, sideOf, wasEstablished } from './side.js';
import { clientAndServer, type EndsFacts, judge, type RemoteHost, type Verdict } from './verdict.js';

export interface BothEnds {
  readonly here: Side;
  readonly there: Side | undefined;
  readonly verdict: Verdict;
  /** The other end was concluded from a port and a time, or from a name. */
  readonly isInferred: boolean;
  readonly sentences: readonly Sentence[];
}

/** The other end opens and ends within that time of this one, besides the error of the clocks, microseconds. */
const LINGER_US = 1_000_000;
/** An address translation is looked for among connections that opened that close to each other, microseconds. */
const TRANSLATED_US = 3_000_000;

/**
 * Looks for the other end of a connection.
 * @param atUs the instant, by the clock of its host
 * @throws SstoryError of the fleet
 */
export async function bothEndsOf(fleet: FleetClient, found: FleetConnection, atUs: number): Promise<BothEnds> {
  const here = sideOf(found, atUs, { offsetUs: 0, errorUs: 0, isMeasured: true });
  const life = { fromUs: found.connection.openedUs, toUs: here.subject.ended?.atUs ?? here.subject.atUs };
  const basis = await basisOf(fleet, life);
  const facts = await factsOf(fleet, found, here, life, basis);
  const verdict = judge(facts);
  const isInferred = facts.isTranslated || (facts.remote.kind === 'known' && facts.remote.byName !== undefined);
  return { here, there: facts.there, verdict, isInferred, sentences: endsSentences(verdict, facts) };
}

async function factsOf(
  fleet: FleetClient,
  found: FleetConnection,
  here: Side,
  life: Interval,
  basis: Basis,
): Promise<EndsFacts> {
  const aroundUs = widestDifferenceUs(basis, found.machine.machine) + LINGER_US;
  const window = { fromUs: life.fromUs - aroundUs, toUs: life.toUs + aroundUs };
  const toSide = (each: FleetConnection): Side => {
    const clock = clockDifference(basis, found.machine.machine, each.machine.machine);
    const lateUs = clock.errorUs + (here.subject.ended === undefined ? 0 : LINGER_US);
    return sideOf(each, life.toUs + clock.offsetUs + lateUs, clock);
  };
  const mirrors = (await mirrorsOf(fleet, found, window)).map(toSide).filter((side) => overlaps(side, life));
  const translated =
    mirrors.length > 0
      ? []
      : (await translatedOf(fleet, found, window))
          .map(toSide)
          .filter((side) => overlaps(side, life) && opensWith(side, here));
  const fitting = mirrors.length > 0 ? mirrors : translated;
  const machines = new Set(fitting.map(({ machine }) => machine.machine));
  const there = machines.size === 1 ? closestTo(here, fitting) : undefined;
  const remote: RemoteHost = fitting.length > 0 ? { kind: 'unknown' } : await remoteHostOf(fleet, found, life, basis);
  return {
    here,
    there,
    isTranslated: there !== undefined && mirrors.length === 0,
    candidates: machines.size > 1 ? fitting : [],
    remote,
    ...(await serverFacts(fleet, here, there, remote, basis)),
  };
}

function overlaps(side: Side, { fromUs, toUs }: Interval): boolean {
  const slackUs = side.clock.errorUs + LINGER_US;
  const { openedUs, closedUs = Number.POSITIVE_INFINITY } = side.connection;
  return hereUs(side, openedUs) - slackUs <= toUs && hereUs(side, closedUs) + slackUs >= fromUs;
}

function opensWith(side: Side, here: Side): boolean {
  return apartUs(side, here) <= side.clock.errorUs + TRANSLATED_US;
}

function apartUs(side: Side, here: Side): number {
  return Math.abs(hereUs(side, side.connection.openedUs) - here.connection.openedUs);
}

function closestTo(here: Side, sides: readonly Side[]): Side | undefined {
  return sides.toSorted((a, b) => apartUs(a, here) - apartUs(b, here))[0];
}

async function remoteHostOf(
  fleet: FleetClient,
  found: FleetConnection,
  life: Interval,
  basis: Basis,
): Promise<RemoteHost> {
  const holders = await holdersOf(fleet, found, life);
  const machines = new Set(holders.map(({ machine }) => machine));
  if (machines.size > 1) return { kind: 'several', hosts: [...new Set(holders.map(({ host }) => host))] };
  const [holder] = holders;
  if (holder === undefined) return hostByName(found, basis, life);
  return known(holder, undefined, basis);
}

/** A host that has one of the names under which the address was known. */
function hostByName({ remoteNames }: FleetConnection, basis: Basis, life: Interval): RemoteHost {
  const named = basis.hosts.flatMap((host) => {
    const name = remoteNames.find(
      (each) => each === host.host.toLowerCase() || each.split('.')[0] === host.host.toLowerCase(),
    );
    return name === undefined ? [] : [{ host, name }];
  });
  const [only] = named;
  if (only === undefined || named.length > 1) return { kind: 'unknown' };
  const { host, machine } = only.host;
  return known({ host, machine, file: '', netns: 0, rows: 0, window: life }, only.name, basis);
}

function known(holder: Holder, byName: string | undefined, basis: Basis): RemoteHost {
  const host = basis.hosts.find(({ machine }) => machine === holder.machine);
  if (host === undefined) return { kind: 'unknown' };
  return { kind: 'known', holder, byName, standing: host.standing, completeUs: host.completeUs, what: host.what };
}

/** The listener and the RST of the host of the server, where they can explain what is missing. */
async function serverFacts(
  fleet: FleetClient,
  here: Side,
  there: Side | undefined,
  remote: RemoteHost,
  basis: Basis,
): Promise<Pick<EndsFacts, 'listener' | 'reset'>> {
  if (there !== undefined) {
    const [, server] = clientAndServer(here, there);
    if (wasEstablished(server)) return { listener: undefined, reset: undefined };
    const place = { machine: server.machine.machine, netns: server.connection.netns };
    const during = { fromUs: server.connection.openedUs, toUs: server.subject.atUs };
    return { listener: await listenerThere(fleet, place, server.connection.tuple, during), reset: undefined };
  }
  if (remote.kind !== 'known' || here.role === 'server' || wasEstablished(here))
    return { listener: undefined, reset: undefined };
  const { offsetUs, errorUs } = clockDifference(basis, here.machine.machine, remote.holder.machine);
  const during = {
    fromUs: here.connection.openedUs + offsetUs - errorUs,
    toUs: (here.subject.ended?.atUs ?? here.subject.atUs) + offsetUs + errorUs,
  };
  const server = swapped(here.connection.tuple);
  const listener = remote.byName === undefined ? await listenerThere(fleet, remote.holder, server, during) : undefined;
  const reset = isLoopback(server.localAddr)
    ? undefined
    : await resetSent(fleet, remote.holder.machine, server, during);
  return { listener, reset };
}
