/** The formats of --json: each line of output is an object of one of them. */
import { VERDICTS } from '../../src/fleet/ends/verdict.js';
import { RUN_SOURCES } from '../../src/model/run.js';
import { FLEET_GROUP_KINDS } from '../../src/query/ranking/group-key.js';
import { JSON_VERSIONS, type JsonFormat } from '../../src/view/json-versions.js';
import { COLUMNS, type Column, FLEET_COLUMNS } from '../../src/view/ss/columns.js';
import { sentences, sentencesOfHosts } from './evidence.js';
import {
  closeReason,
  connectionId,
  event,
  gapKeys,
  nameKeys,
  notBeforeUs,
  openerKeys,
  origin,
  owner,
  placeKeys,
  socketKeys,
  source,
  state,
} from './parts.js';
import {
  anyOf,
  boolean,
  described,
  integer,
  iso,
  listOf,
  number,
  object,
  oneOf,
  orNull,
  type Schema,
  spanUs,
  text,
  us,
} from './shape.js';

export interface Format {
  /** The commands that print it. */
  readonly commands: readonly string[];
  readonly about: string;
  readonly schema: Schema;
}

const gaps = listOf(object(gapKeys));
const side = orNull(
  object({
    state,
    since_us: us,
    not_before_us: notBeforeUs,
    source,
    uncertain: boolean,
    recv_q: orNull(integer),
    send_q: orNull(integer),
    sampled_us: orNull(us),
  }),
);

/** The columns of the socket table, declared in src/view/ss/columns.ts. */
function schemasOf(columns: readonly Column[]): Readonly<Record<string, Schema>> {
  return Object.fromEntries(
    columns.map(({ key, unit, docs }) => {
      const description = unit === undefined ? docs : `${docs} (${unit})`;
      if (key === 'owners') return [key, described(orNull(listOf(owner)), description)];
      if (key === 'state') return [key, described(state, description)];
      return [key, { type: ['string', 'number', 'boolean', 'null'], description }];
    }),
  );
}

const socketColumns = schemasOf(COLUMNS);

const machine = { host: text, machine: text };
/** The first keys of lines about many hosts. */
const ofFleet = schemasOf(FLEET_COLUMNS);
const fleetEnd = {
  host: text,
  machine: text,
  file: text,
  ...connectionId,
  ...socketKeys,
  ...placeKeys,
  ...openerKeys,
  state,
  since_us: orNull(us),
  since_not_before_us: notBeforeUs,
  closed_us: orNull(us),
  close_reason: closeReason,
};
const rows = object({ name: text, rows: orNull(integer), bytes: integer });

const explanationKeys = {
  type: { const: 'explanation' },
  ...connectionId,
  at_us: us,
  at: iso,
  state,
  since_us: orNull(us),
  since_not_before_us: notBeforeUs,
  source: orNull(source),
  in_state_us: spanUs,
  closed_us: orNull(us),
  close_reason: closeReason,
  ...socketKeys,
  ...placeKeys,
  ...openerKeys,
  troubles: listOf(described(text, 'kinds of trouble')),
  sentences,
};

/** By name: the value of the key `type`, where there is one. */
export const FORMATS: Readonly<Record<JsonFormat, Format>> = {
  transition: {
    commands: ['log', 'replay', 'live', 'diff --transitions'],
    about: 'a change of state of a connection',
    schema: object(
      {
        type: { const: 'transition' },
        at_us: us,
        at: iso,
        not_before_us: notBeforeUs,
        ...connectionId,
        ...socketKeys,
        ...placeKeys,
        old_state: state,
        new_state: state,
        source,
        origin,
        ...openerKeys,
        close_reason: closeReason,
      },
      ofFleet,
    ),
  },
  gap: {
    commands: ['log', 'replay', 'live', 'diff'],
    about: 'a period in which the record is incomplete',
    schema: object({ type: { const: 'gap' }, ...gapKeys }, ofFleet),
  },
  timeline: {
    commands: ['timeline'],
    about: 'the life of a connection',
    schema: object(
      {
        type: { const: 'timeline' },
        ...connectionId,
        ...socketKeys,
        ...placeKeys,
        origin,
        ...openerKeys,
        opened_us: us,
        opened_at: iso,
        closed_us: orNull(us),
        closed_not_before_us: notBeforeUs,
        closed_source: orNull(source),
        close_reason: closeReason,
        bytes_sent: orNull(integer),
        bytes_received: orNull(integer),
        retransmits: integer,
        rtt_us: orNull(spanUs),
        cgroup_id: orNull(integer),
        states: listOf(
          object({
            state,
            from_us: us,
            not_before_us: notBeforeUs,
            source,
            to_us: orNull(us),
            to_not_before_us: notBeforeUs,
            lasted_us: described(spanUs, 'microseconds, so far where it has not ended'),
            shortest_us: described(spanUs, 'the least that it can have lasted'),
            longest_us: orNull(described(spanUs, 'the most; null: no bound')),
            events: listOf(event),
          }),
        ),
        other_events: listOf(event),
        owners: listOf(
          object({
            pid: integer,
            comm: text,
            fd: orNull(integer),
            tid: orNull(integer),
            from_us: us,
            to_us: orNull(us),
            seen_us: orNull(us),
            inferred: boolean,
          }),
        ),
        gaps,
      },
      ofFleet,
    ),
  },
  explanation: {
    commands: ['explain'],
    about: 'why a connection is in its state',
    schema: object(explanationKeys, ofFleet),
  },
  trouble: {
    commands: ['explain --all'],
    about: 'something that looks wrong on the host',
    schema: object({
      type: { const: 'trouble' },
      kind: text,
      severity: described(number, '0 to 100'),
      netns: integer,
      netns_name: orNull(text),
      subject: text,
      from_us: us,
      to_us: us,
      count: described(integer, 'of connections; of an accept queue, how many waited in it at worst'),
      connection_ids: listOf(integer),
      processes: listOf(text),
      peers: listOf(text),
      listeners: listOf(described(text, 'an address and port of this host that it is about')),
      more: listOf(described(text, 'a word of the command that shows more')),
      sentences,
    }),
  },
  'fleet-trouble': {
    commands: ['explain --all --fleet'],
    about: 'what looks wrong in the same way on any number of hosts',
    schema: object({
      type: { const: 'fleet-trouble' },
      kind: text,
      severity: described(number, '0 to 100'),
      direction: oneOf('connect', 'accept'),
      end: described(
        text,
        'the address and port that the hosts connected to; `:PORT` where they accepted; empty: they have a program in common',
      ),
      from_us: us,
      to_us: us,
      count: described(integer, 'of connections; of accept queues, how many waited in them'),
      hosts: described(integer, 'how many'),
      host_names: listOf(described(text, 'some of them, those with the most first')),
      processes: listOf(text),
      sentence: text,
      example: orNull(
        described(object({ ...ofFleet, ...explanationKeys }), 'one of them, explained from what its host sent'),
      ),
    }),
  },
  change: {
    commands: ['diff'],
    about: 'a difference between the socket tables of two instants',
    schema: object({
      type: oneOf('appeared', 'gone', 'changed'),
      ...connectionId,
      ...socketKeys,
      ...placeKeys,
      owners: listOf(owner),
      opened_us: us,
      opened_not_before_us: notBeforeUs,
      closed_us: orNull(us),
      closed_not_before_us: notBeforeUs,
      close_reason: closeReason,
      before: side,
      after: side,
    }),
  },
  socket: {
    commands: ['ss'],
    about: 'a row of the socket table; --columns chooses among the keys',
    schema: { type: 'object', properties: { ...schemasOf(FLEET_COLUMNS), ...socketColumns } },
  },
  basis: {
    commands: ['ss --fleet', 'log --fleet', 'names --fleet', 'top --fleet'],
    about: 'what an answer about many hosts rests on: the first line',
    schema: object({
      type: { const: 'basis' },
      from_us: us,
      to_us: us,
      at: described(iso, '`to_us`'),
      hosts: described(integer, 'whose history had begun by then'),
      complete: described(integer, 'of these, the hosts that have sent everything of that time'),
      behind: described(
        listOf(object({ ...machine, complete_us: us })),
        'that have sent everything up to `complete_us`',
      ),
      gaps: described(listOf(object(machine)), 'whose record, or what arrived of it, has a gap there'),
      later: described(listOf(object(machine)), 'whose history begins later'),
      before_snapshot: described(
        listOf(object(machine)),
        'asked for one moment: whose recorder had taken no snapshot by then, so sockets from before its start are missing',
      ),
      clock_us: described(orNull(integer), "by how much a host's clock may differ from the server's, at most (us)"),
      clock_host: described(orNull(text), 'the host of that clock'),
      partly: described(integer, 'hosts that send a part of the closed connections only'),
      counted: described(integer, 'connections of that time that were counted, not sent one by one'),
    }),
  },
  ends: {
    commands: ['explain --fleet'],
    about: 'both ends of a connection: of one host, and what the other hosts have of it',
    schema: object({
      type: { const: 'ends' },
      ...fleetEnd,
      at_us: us,
      at: iso,
      verdict: described(oneOf(...VERDICTS), 'what both ends say together'),
      inferred: described(boolean, 'the other end was concluded from a port and a time, or from a name'),
      other: orNull(object(fleetEnd)),
      clock_us: orNull(described(integer, "the other host's clock minus this one's, microseconds; null: not measured")),
      clock_error_us: orNull(described(integer, 'how far that may be wrong')),
      sentences: sentencesOfHosts,
    }),
  },
  match: {
    commands: ['wait'],
    about: 'a connection that was waited for',
    schema: object({
      type: { const: 'match' },
      at_us: us,
      at: iso,
      matched_for_us: spanUs,
      ...socketColumns,
    }),
  },
  name: {
    commands: ['names'],
    about: 'a name and the address to which it resolved',
    schema: object({ ...nameKeys, from: iso, to: orNull(iso) }, ofFleet),
  },
  top: {
    commands: ['top'],
    about: 'what the connections of a process, peer, port ... did',
    schema: object(
      {
        type: { const: 'top' },
        by: described(oneOf(...Object.keys(FLEET_GROUP_KINDS)), 'the key that has the group; `machine`: with --fleet'),
        since_us: us,
        since: iso,
        until_us: us,
        until: iso,
        connects: integer,
        accepts: integer,
        failed: integer,
        failures: { type: 'object', additionalProperties: integer, description: 'by close reason' },
        bytes_sent: orNull(integer),
        bytes_received: orNull(integer),
        retransmits: integer,
        connect_times: described(integer, 'of how many connects the percentiles are'),
        connect_median_us: orNull(spanUs),
        connect_p95_us: orNull(spanUs),
        open: integer,
      },
      {
        process: orNull(text),
        peer: orNull(text),
        port: orNull(integer),
        name: orNull(text),
        netns: orNull(integer),
        netns_name: orNull(text),
        container: orNull(text),
        host: described(text, 'with --fleet, of groups of one host'),
        machine: text,
        hosts: described(integer, 'with --fleet: hosts that have connections of the group'),
        counted: described(integer, 'with --fleet: of `connects` and `accepts`, those that hosts only counted'),
        failed_unknown_of: described(integer, 'with --fleet: connections of which it is not known whether they failed'),
        bytes_unknown_of: described(integer, 'with --fleet: connections whose bytes in the range are not known'),
        retransmits_unknown_of: described(integer, 'with --fleet: connections whose retransmits are not known'),
      },
    ),
  },
  count: {
    commands: ['count'],
    about: 'how many sockets there were at an instant',
    schema: object(
      {
        type: { const: 'count' },
        at_us: us,
        at: iso,
        sockets: integer,
        uncertain: described(integer, 'how many of them may have been in another state, or gone'),
        gap: described(boolean, 'the record has a gap'),
      },
      { states: { type: 'object', additionalProperties: integer, description: 'by state, with --by state' } },
    ),
  },
  status: {
    commands: ['status'],
    about: 'whether a database is being recorded into',
    schema: object({
      type: { const: 'status' },
      status: oneOf('ok', 'warning', 'critical', 'unknown'),
      message: text,
      file: text,
      recording: described(boolean, 'a recorder writes into the database'),
      stalled: described(boolean, 'its recorder is alive, but has written nothing for a while: `recording` is false'),
      run_id: orNull(integer),
      host: orNull(text),
      pid: orNull(integer),
      source: orNull(oneOf(...RUN_SOURCES)),
      started_us: orNull(us),
      last_us: orNull(us),
      end: orNull(text),
      lag_us: orNull(spanUs),
      backlog_bytes: orNull(integer),
      last_hour: orNull(object({ gaps: integer, lost_events: integer, uncounted_gaps: integer })),
    }),
  },
  shipping: {
    commands: ['ship --status'],
    about: 'how far a database has been shipped to one place',
    schema: object({
      type: { const: 'shipping' },
      name: described(text, 'of the state file'),
      target: text,
      file: described(text, 'the UUID of the database'),
      sent: described(integer, 'connections, from the first that ended, that were accepted there or lost'),
      kept: described(integer, 'those of them that were found there later'),
      waiting: described(integer, 'connections that ended and were not accepted yet'),
      lost: described(integer, 'connections that were deleted here before they were shipped'),
      through_us: orNull(described(us, 'up to when the history is complete there')),
      behind_us: orNull(spanUs),
      sent_at_us: orNull(us),
      error: orNull(described(text, 'why the last attempt failed')),
    }),
  },
  info: {
    commands: ['info'],
    about: 'what a database holds',
    schema: object({
      type: { const: 'info' },
      file: text,
      bytes: integer,
      log_bytes: integer,
      schema_version: integer,
      uuid: orNull(text),
      from_us: orNull(us),
      from: orNull(iso),
      to_us: orNull(us),
      to: orNull(iso),
      recording: described(boolean, 'a recorder writes into the database'),
      stalled: described(boolean, 'its recorder is alive, but has written nothing for a while: `recording` is false'),
      pruned: orNull(object({ through_us: us, connections: integer })),
      runs: listOf(
        object({
          id: integer,
          host: text,
          source: oneOf(...RUN_SOURCES),
          sstory: text,
          kernel: text,
          pid: integer,
          started_us: us,
          last_us: us,
          ended_us: orNull(us),
          end: orNull(text),
        }),
      ),
      gaps: listOf(
        object({
          scope: gapKeys.scope,
          reason: gapKeys.reason,
          gaps: integer,
          lost: integer,
          uncounted: integer,
        }),
      ),
      tables: listOf(anyOf(rows)),
    }),
  },
  check: {
    commands: ['doctor'],
    about: 'one thing that recording needs',
    schema: object(
      { name: text, ok: boolean, detail: text, required: boolean },
      { remedy: described(text, 'what to do if it is not ok') },
    ),
  },
};

/** The file of a format, as it is published. */
export function schemaOf(name: JsonFormat, { about, schema }: Format): Schema {
  const version = JSON_VERSIONS[name];
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:sstory:json:${name}:${version}`,
    title: `${name}, version ${version}`,
    description: about,
    ...schema,
  };
}
