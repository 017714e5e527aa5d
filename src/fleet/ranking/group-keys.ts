/** What connections of a fleet are grouped by, as SQL. */
import { maskOfStates } from '../../model/tcp-state.js';
import type { FleetGroupKind } from '../../query/ranking/group-key.js';
import { connectionsSql } from '../connections-query.js';

/** Of the tables of connections, and of `counts`; NULL: unknown, or it has none. */
export interface KeySql {
  readonly ofConnection: string;
  /** undefined: what was counted does not say. */
  readonly ofCounted: string | undefined;
  /** Groups are of one host each: inode numbers of two hosts are different things. */
  readonly perHost: boolean;
}

const LISTENING = connectionsSql({
  condition: undefined,
  states: new Set(['LISTEN']),
  select: 'machine, file, netns, local_port',
});

/** As `servicePorts` of src/query/ranking. What was counted has only the one port of the service. */
const SERVICE_PORT = `multiIf(origin = 'connect', remote_port,
    origin = 'accept' OR (machine, file, netns, local_port) IN (${LISTENING}), local_port, remote_port)`;

export const KEYS: Readonly<Record<FleetGroupKind, KeySql>> = {
  process: { ofConnection: 'comm', ofCounted: 'comm', perHost: false },
  peer: { ofConnection: 'toString(remote_addr)', ofCounted: 'toString(remote_addr)', perHost: false },
  port: {
    ofConnection: SERVICE_PORT,
    ofCounted: "if(origin = 'connect', remote_port, local_port)",
    perHost: false,
  },
  name: { ofConnection: "nullIf(remote_names[1], '')", ofCounted: undefined, perHost: false },
  netns: { ofConnection: 'netns', ofCounted: 'netns', perHost: true },
  container: { ofConnection: 'container', ofCounted: undefined, perHost: false },
  machine: { ofConnection: 'machine', ofCounted: 'machine', perHost: true },
};

export const LISTEN_MASK = maskOfStates(['LISTEN']);
