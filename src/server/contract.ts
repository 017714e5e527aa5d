/**
 * What the page and the server say to each other: the JSON of every answer of `sstory serve`, as schemas. The server's OpenAPI
 * document is made from them, and the page imports their types.
 *
 * Times are microseconds since the epoch, as in every `--json`. Pixels are whole columns of the requested width.
 */
import Type from 'typebox';
import { FleetInfo } from './contract-fleet.js';

const nullable = <T extends Type.TSchema>(type: T) => Type.Union([type, Type.Null()]);
const Time = Type.Integer();
const Count = Type.Integer({ minimum: 0 });

/** Why a request failed. `place` marks the invalid part of `input`, in UTF-16 units. */
export const Failure = Type.Object({
  error: Type.Object({
    code: Type.String(),
    message: Type.String(),
    hint: Type.Optional(Type.String()),
    place: Type.Optional(
      Type.Object({ input: Type.String(), at: Count, length: Count }, { additionalProperties: false }),
    ),
  }),
});
export type Failure = Type.Static<typeof Failure>;

/** A period in which the history is incomplete. */
export const GapMark = Type.Object({
  ...{ from_us: Time, to_us: Time },
  ...{ reason: Type.String(), scope: Type.String() },
  lost: nullable(Count),
});
export type GapMark = Type.Static<typeof GapMark>;

/** GET /api/info: what is recorded, and by whom. */
export const Info = Type.Object({
  version: Type.String(),
  host: Type.String(),
  file: Type.String(),
  time_zone: Type.String(),
  now_us: Time,
  /** Null: nothing is recorded yet. */
  span: nullable(Type.Object({ from_us: Time, to_us: Time })),
  /** A recorder writes into the file. */
  recording: Type.Boolean(),
  /** Its recorder is alive, but has written nothing for a while: `recording` is false. */
  stalled: Type.Boolean(),
  source: nullable(Type.String()),
  behind_us: Count,
  /** Null: they were not counted. */
  connections: nullable(Count),
  /** Over a fleet only. */
  fleet: Type.Optional(FleetInfo),
});
export type Info = Type.Static<typeof Info>;

/** GET /api/overview: numbers over time. Every list has one element for each bucket. */
export const Overview = Type.Object({
  from_us: Time,
  to_us: Time,
  bucket_us: Type.Integer({ minimum: 1 }),
  /** At the beginning of each bucket: open sockets by state, without listeners. States that never occur are left out. */
  states: Type.Record(Type.String(), Type.Array(Count)),
  opened: Type.Array(Count),
  /** Connections that ended in each bucket by a reset, a refusal, a timeout or another error. */
  failed: Type.Array(Count),
  gaps: Type.Array(GapMark),
  notes: Type.Array(Type.String()),
});
export type Overview = Type.Static<typeof Overview>;

/**
 * What a part of a lane shows, the worst first: where several share a pixel, the first of this list wins it. `reset`, `refused`,
 * `timed-out` and `failed` mark how a connection ended, the others are states.
 */
export const PAINTS = [
  ...(['reset', 'refused', 'timed-out', 'failed'] as const),
  ...(['SYN-SENT', 'CLOSE-WAIT', 'SYN-RECV', 'LAST-ACK', 'FIN-WAIT-1', 'CLOSING', 'FIN-WAIT-2'] as const),
  ...(['ESTAB', 'TIME-WAIT', 'LISTEN'] as const),
] as const;
export type Paint = (typeof PAINTS)[number];

/**
 * Pixels of a lane that look the same: [first pixel, pixel after the last, index into PAINTS, certainty]. Certainty: 0 observed,
 * 1 inferred, 2 uncertain. In a heat row, the number of connections there takes the place of the certainty.
 */
export const Run = Type.Tuple([Count, Count, Count, Count]);
export type Run = Type.Static<typeof Run>;

/**
 * What happened at a pixel: [pixel, kind, number]. Kinds: retransmit, reset-sent, reset-received, error, those of `events`; name-moved:
 * the name of the peer's address was seen to resolve to another one; stale-name: it had by the time of the connect.
 */
export const Marker = Type.Tuple([Count, Type.String(), Count]);
export type Marker = Type.Static<typeof Marker>;

/** A connection as a lane. */
export const Lane = Type.Object({
  connection_id: Type.Integer(),
  netns: Type.Integer(),
  netns_name: nullable(Type.String()),
  family: Type.Integer(),
  ...{ local_addr: Type.String(), local_port: Count },
  ...{ remote_addr: Type.String(), remote_port: Count },
  /** The name that its address had when it was opened. */
  remote_name: nullable(Type.String()),
  /** The name that its address had lost by then, of a connect: the process used an old answer. `ended_us`: when that was seen. */
  stale_name: nullable(Type.Object({ name: Type.String(), ended_us: Time })),
  origin: Type.String(),
  ...{ pid: nullable(Type.Integer()), comm: nullable(Type.String()) },
  ...{ container: nullable(Type.String()), unit: nullable(Type.String()) },
  opened_us: Time,
  closed_us: nullable(Time),
  close_reason: nullable(Type.String()),
  /** The last state in the range; UNCONN after its end. */
  state: Type.String(),
  runs: Type.Array(Run),
  markers: Type.Array(Marker),
});
export type Lane = Type.Static<typeof Lane>;

export const GROUPINGS = ['none', 'process', 'peer', 'port', 'name', 'netns', 'container'] as const;
export type Grouping = (typeof GROUPINGS)[number];
export const SORTS = ['worst', 'opened', 'duration', 'process', 'peer', 'local'] as const;
export type Sort = (typeof SORTS)[number];

/** Connections that share a value, as a heat row. */
export const LaneGroup = Type.Object({
  /** Passed back as `within`, to get its lanes. */
  key: Type.String(),
  label: Type.String(),
  /** What a click on its label adds to the filter; null where the language has no word for it. */
  filter: nullable(Type.String()),
  connections: Count,
  /** Of these, with a trouble in the range: a bad end, or SYN-SENT or CLOSE-WAIT for a second: every connect passes SYN-SENT. */
  troubled: Count,
  runs: Type.Array(Run),
  /** Of a host of a fleet: where its history is incomplete. */
  gaps: Type.Optional(Type.Array(GapMark)),
});
export type LaneGroup = Type.Static<typeof LaneGroup>;

/** GET /api/timeline: lanes of a range, at the requested width. With a grouping and without `within`, groups and no lanes. */
export const LaneAnswer = Type.Object({
  from_us: Time,
  to_us: Time,
  width: Count,
  /** Connections that match, all of them; `offset` is the place of the first one of `lanes` among them. */
  total: Count,
  offset: Count,
  /** Groups in all: `offset` and `limit` choose among them where there are no lanes. */
  groups_total: Count,
  /** Where the connection of `find` stands: the key of its group (null without groups), and its place there. Null: not in the range. */
  place: nullable(Type.Object({ within: nullable(Type.String()), index: Count })),
  groups: Type.Array(LaneGroup),
  lanes: Type.Array(Lane),
  gaps: Type.Array(GapMark),
  notes: Type.Array(Type.String()),
});
export type LaneAnswer = Type.Static<typeof LaneAnswer>;

/** Lines of a command's `--json`, as they are: docs/schema.md and `COMMAND --help` describe their keys. */
const JsonRow = Type.Record(Type.String(), Type.Unknown());

/** GET /api/ss: the rows of `sstory ss --json --at`. */
export const SocketTable = Type.Object({
  at_us: Time,
  /** The command that prints the same. */
  command: Type.String(),
  /** Sockets in all; `offset` and `limit` choose among them, `columns` among their keys. */
  total: Count,
  offset: Count,
  rows: Type.Array(JsonRow),
  /** In ss's columns, aligned as ss aligns them, with its header first. */
  text: Type.Optional(Type.String()),
  notes: Type.Array(Type.String()),
});
export type SocketTable = Type.Static<typeof SocketTable>;

/** GET /api/diff: the rows of `sstory diff --json`. */
export const DiffAnswer = Type.Object({
  first_us: Time,
  second_us: Time,
  command: Type.String(),
  rows: Type.Array(JsonRow),
  notes: Type.Array(Type.String()),
});
export type DiffAnswer = Type.Static<typeof DiffAnswer>;

/** GET /api/log: the lines of `sstory log --json`. */
export const LogAnswer = Type.Object({
  from_us: Time,
  to_us: Time,
  rows: Type.Array(JsonRow),
  /** Not all: the range has more than `limit`. The rows are its last ones. */
  truncated: Type.Boolean(),
  notes: Type.Array(Type.String()),
});
export type LogAnswer = Type.Static<typeof LogAnswer>;

/** What happened to a connection without changing its state. */
export const EventMark = Type.Object({ at_us: Time, kind: Type.String(), detail: nullable(Type.String()) });
export type EventMark = Type.Static<typeof EventMark>;

/** A time spent in one state. */
export const StayAnswer = Type.Object({
  state: Type.String(),
  from_us: Time,
  /** Null: it is in it still. */
  to_us: nullable(Time),
  /** The earliest time at which it can have begun, of an inferred one. */
  not_before_us: nullable(Time),
  source: Type.String(),
  events: Type.Array(EventMark),
});
export type StayAnswer = Type.Static<typeof StayAnswer>;

/** What sock_diag reported at one time; null where it reports nothing. */
export const SampleAnswer = Type.Object({
  at_us: Time,
  ...{ recv_q: nullable(Type.Number()), send_q: nullable(Type.Number()) },
  ...{ rtt_us: nullable(Type.Number()), cwnd: nullable(Type.Number()), retransmits: nullable(Type.Number()) },
  ...{ bytes_sent: nullable(Type.Number()), bytes_received: nullable(Type.Number()) },
});
export type SampleAnswer = Type.Static<typeof SampleAnswer>;

/** A process that held a connection. */
export const OwnerAnswer = Type.Object({
  ...{ pid: Type.Integer(), comm: Type.String(), fd: nullable(Type.Integer()) },
  ...{ from_us: Time, to_us: nullable(Time), inferred: Type.Boolean() },
});
export type OwnerAnswer = Type.Static<typeof OwnerAnswer>;

/** GET /api/connection/ID: one connection, with all that is recorded of it. */
export const ConnectionAnswer = Type.Object({
  lane: Lane,
  stays: Type.Array(StayAnswer),
  /** Events outside all stays. */
  events: Type.Array(EventMark),
  owners: Type.Array(OwnerAnswer),
  samples: Type.Array(SampleAnswer),
  gaps: Type.Array(GapMark),
  /** The names that its peer's address had while it lived. */
  names: Type.Array(Type.Object({ name: Type.String(), from_us: Time, to_us: nullable(Time), source: Type.String() })),
  /** Filters that select what is alike: of the same peer, process and port. */
  alike: Type.Array(Type.Object({ label: Type.String(), filter: Type.String(), connections: Count })),
  /** Commands that print the same. */
  commands: Type.Array(Type.String()),
});
export type ConnectionAnswer = Type.Static<typeof ConnectionAnswer>;

/**
 * GET /api/explain, as lines of JSON, worst first: with `id`, the line of `sstory explain ID --json`; without, those of
 * `sstory explain --all --json`, each with `text` added: its sentences, times in the zone of `tz`. The last line is ExplainEnd.
 */
export const ExplainEnd = Type.Object({ type: Type.Literal('end'), count: Count, notes: Type.Array(Type.String()) });
export type ExplainEnd = Type.Static<typeof ExplainEnd>;

const CompletionOption = Type.Object({
  text: Type.String(),
  kind: Type.Union([Type.Literal('word'), Type.Literal('value'), Type.Literal('state')]),
  detail: nullable(Type.String()),
  /** How many connections of the range have this value. */
  connections: nullable(Count),
});
/** GET /api/complete: what can stand at the caret of the filter box. `from`: what is replaced, from there to the caret, UTF-16 units. */
export const Completion = Type.Object({ from: Count, options: Type.Array(CompletionOption) });
export type Completion = Type.Static<typeof Completion>;

/** `limit`: which one ended it. */
const SqlEnd = Type.Object({
  rows: Count,
  ms: Type.Number(),
  limit: nullable(Type.Union([Type.Literal('rows'), Type.Literal('time')])),
});
/**
 * POST /api/sql {sql}, as lines of JSON in this order: one {columns}, any number of {rows} and {note}, one {end} or {error} (as in
 * Failure). Integers beyond 2^53 are text.
 */
export const SqlLine = Type.Union([
  Type.Object({ columns: Type.Array(Type.String()) }),
  Type.Object({ rows: Type.Array(Type.Array(Type.Unknown())) }),
  Type.Object({ note: Type.String() }),
  Type.Object({ end: SqlEnd }),
  Failure,
]);
export type SqlLine = Type.Static<typeof SqlLine>;

/** GET /api/schema: for the SQL page. */
export const SchemaAnswer = Type.Object({
  tables: Type.Array(Type.Object({ name: Type.String(), note: Type.String(), columns: Type.Array(Type.String()) })),
  functions: Type.Array(Type.String()),
  examples: Type.Array(Type.Object({ title: Type.String(), sql: Type.String() })),
  limits: Type.Object({ rows: Count, seconds: Count }),
});
export type SchemaAnswer = Type.Static<typeof SchemaAnswer>;
