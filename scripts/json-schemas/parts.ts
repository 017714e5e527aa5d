/** What several formats have in common. */
import { EVENT_KINDS } from '../../src/model/connection-event.js';
import { GAP_REASONS, GAP_SCOPES } from '../../src/model/gap.js';
import { NAME_ENDS, NAME_SOURCES } from '../../src/model/name.js';
import { CLOSE_REASONS, ORIGINS, SOURCES } from '../../src/model/stored-codes.js';
import { shownState, TCP_STATES } from '../../src/model/tcp-state.js';
import { described, integer, object, oneOf, orNull, text, us } from './shape.js';

export const state = described(oneOf(...TCP_STATES.map(shownState)), 'as ss names it');
export const source = described(oneOf(...SOURCES), 'how it is known');
export const origin = oneOf(...ORIGINS);
export const closeReason = orNull(described(oneOf(...CLOSE_REASONS), 'why it ended; null: it has not'));
export const notBeforeUs = orNull(
  described(us, 'if inferred, the earliest possible time, 0 without a bound; null: observed'),
);

export const connectionId = { connection_id: described(integer, 'in the database') };

/** Which socket it is. */
export const socketKeys = {
  netns: described(integer, 'inode number of the network namespace'),
  family: { type: 'integer', enum: [4, 6], description: "the socket's: a v4-mapped address is 6" },
  local_addr: text,
  local_port: integer,
  remote_addr: text,
  remote_port: integer,
};

/** Where it is. */
export const placeKeys = {
  netns_name: orNull(described(text, 'as ip netns names it')),
  cgroup: orNull(described(text, 'path of the cgroup (v2)')),
  container: orNull(text),
  pod: orNull(text),
  unit: orNull(described(text, 'of systemd')),
};

export const openerKeys = {
  pid: orNull(described(integer, 'the process that connected, accepted or listened')),
  comm: orNull(described(text, 'its name')),
};

export const gapKeys = {
  from_us: us,
  to_us: us,
  cpu: orNull(integer),
  lost: orNull(described(integer, 'how many records; null: number unknown')),
  reason: oneOf(...GAP_REASONS),
  scope: described(oneOf(...GAP_SCOPES), 'what may be missing'),
};

export const nameKeys = {
  name: text,
  address: text,
  from_us: us,
  to_us: orNull(us),
  source: oneOf(...NAME_SOURCES),
  netns: integer,
  ended: orNull(described(oneOf(...NAME_ENDS), 'why it no longer resolves to it')),
};

export const event = object({ at_us: us, kind: oneOf(...EVENT_KINDS), detail: text });

/** A process that holds a socket. */
export const owner = object(
  { pid: integer, fd: described(integer, '-1: not known'), comm: text },
  {
    tid: described(integer, 'the thread'),
    context: described(text, 'security context'),
    inferred: described({ type: 'boolean' }, 'it was not seen to hold it'),
  },
);
