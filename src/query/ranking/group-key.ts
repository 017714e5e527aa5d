/** What connections are grouped by. */
import type Database from 'better-sqlite3';
import { plainAddress } from '../../model/address.js';
import type { Interval } from '../../model/interval.js';
import { codeOfOrigin } from '../../model/stored-codes.js';
import { listenersBetween } from '../listeners.js';
import { Places } from '../places.js';
import { NameMemo } from './name-memo.js';

/** The kinds of groups, each with the title of its column. */
export const GROUP_KINDS = {
  process: 'process',
  peer: 'peer',
  port: 'port',
  name: 'name',
  netns: 'network namespace',
  container: 'container',
} as const;

export type GroupKind = keyof typeof GROUP_KINDS;

/** Those of a fleet. */
export const FLEET_GROUP_KINDS = { ...GROUP_KINDS, machine: 'host' } as const;

export type FleetGroupKind = keyof typeof FLEET_GROUP_KINDS;

/** What a key is made of. */
export interface Grouped {
  readonly netns: number;
  /** As stored. */
  readonly origin: number;
  readonly openedUs: number;
  readonly localPort: number;
  readonly remoteAddr: string;
  readonly remotePort: number;
  readonly comm: string | undefined;
  readonly cgroup: number | undefined;
}

/** The key of a connection's group: text, or a number for ports and network namespaces; undefined: unknown, or it has none. */
export type GroupKey = string | number | undefined;

const [CONNECT, ACCEPT] = [codeOfOrigin('connect'), codeOfOrigin('accept')];

/** Gives the group of each connection. */
export function groupKeys(database: Database.Database, kind: GroupKind, window: Interval): (of: Grouped) => GroupKey {
  switch (kind) {
    case 'process':
      return ({ comm }) => comm;
    case 'peer':
      return ({ remoteAddr }) => plainAddress(remoteAddr);
    case 'port':
      return servicePorts(database, window);
    case 'name': {
      const names = new NameMemo(database);
      return ({ remoteAddr, openedUs, netns }) => names.nameAt(remoteAddr, openedUs, netns);
    }
    case 'netns':
      return ({ netns }) => netns;
    case 'container': {
      const places = new Places(database);
      return ({ cgroup }) => places.cgroupOf({ cgroup })?.container;
    }
  }
}

/** The port of the service: the one that was connected to. Where the origin is not known, the local one if a listener has it. */
function servicePorts(database: Database.Database, { fromUs, toUs }: Interval): (of: Grouped) => number {
  const listening = new Set(
    listenersBetween(database, fromUs, toUs).map(({ netns, tuple }) => `${netns} ${tuple.localPort}`),
  );
  return ({ origin, netns, localPort, remotePort }) => {
    if (origin === CONNECT) return remotePort;
    return origin === ACCEPT || listening.has(`${netns} ${localPort}`) ? localPort : remotePort;
  };
}
