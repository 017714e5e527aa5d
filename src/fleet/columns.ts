/**
 * The tables of a fleet: every column is declared once, here. The DDL of ClickHouse, the Parquet files, the types of rows and
 * docs/fleet.md are made of these lists. A name is never used again for something else; new columns go to the end of a list.
 */
import { GAP_REASONS } from '../model/gap.js';
import { codeOfState, TCP_STATES } from '../model/tcp-state.js';

/** How a Parquet file has a column: a plain value, or a list of them. */
export type ParquetType = 'integer' | 'text' | 'time' | 'integers' | 'texts';

export interface FleetColumn<Name extends string = string, Type extends string = string> {
  readonly name: Name;
  /** In ClickHouse. */
  readonly type: Type;
  readonly parquet: ParquetType;
  readonly meaning: string;
  /** Of ClickHouse; undefined: its default. */
  readonly codec: string | undefined;
}

/** A value of a column as rows have it, in JSON. Times are microseconds since the Unix epoch. */
type ValueOf<Type extends string> = Type extends `Nullable(${infer Inner})`
  ? ValueOf<Inner> | null
  : Type extends `LowCardinality(${infer Inner})`
    ? ValueOf<Inner>
    : Type extends `Array(${infer Inner})`
      ? readonly ValueOf<Inner>[]
      : Type extends `${'U' | ''}Int${string}`
        ? number
        : string;

/** The row of a table, by its columns. */
export type RowOf<Columns extends readonly FleetColumn[]> = {
  readonly [Column in Columns[number] as Column['name']]: ValueOf<Column['type']>;
};

function column<Name extends string, Type extends string>(
  name: Name,
  type: Type,
  parquet: ParquetType,
  meaning: string,
  codec?: string,
): FleetColumn<Name, Type> {
  return { name, type, parquet, meaning, codec };
}

/** A moment, microseconds since the Unix epoch. */
function time<Name extends string>(name: Name, meaning: string): FleetColumn<Name, 'Int64'> {
  return column(name, 'Int64', 'time', meaning, 'Delta(8), ZSTD(1)');
}

function timeOrNull<Name extends string>(name: Name, meaning: string): FleetColumn<Name, 'Nullable(Int64)'> {
  return column(name, 'Nullable(Int64)', 'time', meaning);
}

function word<Name extends string>(name: Name, meaning: string): FleetColumn<Name, 'LowCardinality(String)'> {
  return column(name, 'LowCardinality(String)', 'text', meaning);
}

function wordOrNull<Name extends string>(
  name: Name,
  meaning: string,
): FleetColumn<Name, 'LowCardinality(Nullable(String))'> {
  return column(name, 'LowCardinality(Nullable(String))', 'text', meaning);
}

function integer<Name extends string, Type extends string>(
  name: Name,
  type: Type,
  meaning: string,
): FleetColumn<Name, Type> {
  return column(name, type, 'integer', meaning);
}

/** TCP states under the names that ss prints, with the kernel's codes. */
export const STATE_ENUM = `Enum8(${TCP_STATES.map((state) => `'${state}' = ${codeOfState(state)}`).join(', ')})`;

/** What identifies the history that a row comes from. The columns of every table begin with these. */
const ORIGIN = [
  integer('schema', 'UInt16', 'version of these columns'),
  word('host', 'host name, as uname(2) reported it'),
  word('machine', 'a UUID made of the machine id, which it does not reveal'),
  word('file', 'the UUID of the database on the host (`file.uuid`)'),
  word('boot', 'boot id of the kernel'),
  integer('segment', 'UInt64', 'first sequence number of the segment that brought the row'),
] as const;

/** The connection, as the table `connections` of the host has it. */
const CONNECTION = [
  integer('run', 'UInt32', 'the run of the recorder that wrote it last (`runs.id`)'),
  integer('connection_id', 'UInt64', 'the connection, in its file (`connections.id`)'),
  integer('netns', 'UInt64', 'inode number of the network namespace'),
  wordOrNull('netns_name', 'as `ip netns` names it'),
  integer('family', 'UInt8', "4 or 6, the socket's: a v4-mapped address is 6"),
  column('local_addr', 'IPv6', 'text', 'address; of IPv4 the v4-mapped one'),
  integer('local_port', 'UInt16', '0: none'),
  column('remote_addr', 'IPv6', 'text', 'address; of IPv4 the v4-mapped one'),
  integer('remote_port', 'UInt16', '0: none'),
  time('opened_us', 'when it left UNCONN, or was first seen'),
  timeOrNull('opened_not_before_us', 'NULL: observed; otherwise the earliest possible time, 0 without a bound'),
  word('opened_source', '`probe`, `snapshot`, `timer`'),
  integer('states', 'UInt16', 'a bit for each state that it was in: `bitTest(states, 2)` is SYN-SENT'),
  word('origin', '`connect`, `accept`, `listen`, `before-recording`, `unknown`'),
  integer('pid', 'Nullable(UInt32)', 'process that connected, accepted or listened'),
  integer('tid', 'Nullable(UInt32)', 'the thread, if it is another one'),
  wordOrNull('comm', 'name of that process'),
  integer('fd', 'Nullable(Int32)', 'file descriptor with which `pid` opened it'),
  integer('uid', 'Nullable(UInt32)', 'user id of the socket'),
  integer('inode', 'Nullable(UInt64)', "inode of the socket's file"),
  integer('cookie', 'Nullable(UInt64)', 'what `ss -e` shows as `sk:`'),
  integer('cgroup_id', 'Nullable(UInt64)', 'id of the cgroup'),
  wordOrNull('cgroup', 'its path'),
  wordOrNull('container', 'id or name of the container'),
  wordOrNull('pod', 'UID of the pod'),
  wordOrNull('unit', 'unit of systemd'),
  integer('bytes_sent', 'Nullable(UInt64)', 'payload sent, retransmissions included'),
  integer('bytes_received', 'Nullable(UInt64)', 'payload received'),
  integer('retransmits', 'UInt32', 'segments retransmitted, SYNs included'),
  integer('rtt_us', 'Nullable(UInt64)', 'the last known smoothed round-trip time, microseconds'),
  column('step_us', 'Array(Int64)', 'integers', 'its transitions: microseconds after `opened_us`'),
  column('step_from', `Array(${STATE_ENUM})` as 'Array(Enum8)', 'texts', 'the states that they left'),
  column('step_into', `Array(${STATE_ENUM})` as 'Array(Enum8)', 'texts', 'the states that they entered'),
  column('step_source', 'Array(LowCardinality(String))', 'texts', 'how they are known: `probe`, `snapshot`, `timer`'),
  column(
    'step_earlier_us',
    'Array(Nullable(Int64))',
    'integers',
    'NULL: observed; otherwise how much earlier they can have happened, -1 without a bound',
  ),
  column('owner_pid', 'Array(UInt32)', 'integers', 'the processes that held it, the opener included'),
  column('owner_tid', 'Array(Nullable(UInt32))', 'integers', 'the thread, where it has a descriptor table of its own'),
  column('owner_fd', 'Array(Int32)', 'integers', 'their descriptors; -1: not known'),
  column('owner_comm', 'Array(LowCardinality(String))', 'texts', 'their names'),
  column('owner_from_us', 'Array(Int64)', 'integers', 'since when'),
  column('owner_to_us', 'Array(Nullable(Int64))', 'integers', 'until when; NULL: to the end'),
  column('owner_inferred', 'Array(UInt8)', 'integers', '1: not seen to hold it; it is the owner of the listener'),
  column(
    'remote_names',
    'Array(LowCardinality(String))',
    'texts',
    'the names that were recorded for the remote address before the end, most recent first',
  ),
  timeOrNull(
    'sampled_us',
    'when the last sample was taken, of which are the columns that follow; NULL: no sample was taken',
  ),
  integer('recv_q', 'Nullable(Int64)', 'received, not read; of a listener: connections waiting to be accepted'),
  integer('send_q', 'Nullable(Int64)', 'not acknowledged; of a listener: its backlog'),
  wordOrNull('timer', '`on`, `keepalive`, `timewait`, `persist`, `off`'),
  integer('timer_ms', 'Nullable(Int64)', 'until it expires'),
  integer('retrans', 'Nullable(UInt32)', 'retransmissions under way'),
  integer('if_index', 'Nullable(UInt32)', 'interface it is bound to; 0: none'),
  wordOrNull('device', 'name of that interface'),
  integer('fwmark', 'Nullable(UInt32)', 'SO_MARK'),
  integer('v6only', 'Nullable(UInt8)', 'of a listener: 1 for IPv6 only'),
  timeOrNull('last_sent_us', 'when data was last sent, by that sample'),
  timeOrNull('last_received_us', 'when data was last received'),
  timeOrNull('last_ack_us', 'when an acknowledgement was last received'),
] as const;

/** Closed connections: one row each. */
export const LIVES = [
  ...ORIGIN,
  ...CONNECTION,
  integer('life_class', 'UInt8', 'it lived for less than 4^life_class microseconds'),
  time('closed_us', 'when ss stopped showing it, TIME-WAIT included'),
  timeOrNull('closed_not_before_us', 'NULL: observed; otherwise the earliest possible time of the end'),
  word('closed_source', '`probe`, `snapshot`, `timer`'),
  word('close_reason', 'why it ended, as in the table `connections`'),
] as const;

/** Connections that were open when they were sent: the newest version counts. */
export const OPEN_LIVES = [
  ...ORIGIN,
  ...CONNECTION,
  integer('version', 'UInt64', 'as of when, microseconds; of the rows of one connection the highest counts'),
  integer('is_deleted', 'UInt8', '1: it has ended; its row is in `lives`, or it was counted'),
] as const;

/** Ordinary short connections that were counted, not sent one by one. */
export const COUNTS = [
  ...ORIGIN,
  time('minute_us', 'the minute in which they ended: its begin'),
  integer('netns', 'UInt64', 'inode number of the network namespace'),
  wordOrNull('comm', 'name of the process'),
  word('origin', 'as `lives.origin`'),
  integer('family', 'UInt8', '4 or 6'),
  column('remote_addr', 'IPv6', 'text', 'address; of IPv4 the v4-mapped one'),
  integer('remote_port', 'UInt16', 'of the server, where this host connected; otherwise 0'),
  integer('local_port', 'UInt16', 'of the server, where this host accepted; otherwise 0'),
  integer('connections', 'UInt64', 'how many'),
  integer('bytes_sent', 'UInt64', 'payload sent by all of them'),
  integer('bytes_received', 'UInt64', 'payload received'),
  integer('life_us', 'UInt64', 'how long they lived, added up, microseconds'),
  integer('longest_us', 'UInt64', 'the longest of them'),
] as const;

/** What happened to connections without changing their state. */
export const EVENTS = [
  ...ORIGIN,
  integer('event_id', 'UInt64', 'the event, in its file (`events.id`)'),
  integer('connection_id', 'Nullable(UInt64)', 'NULL: of no connection of the host'),
  time('at_us', 'when it happened'),
  word('kind', '`retransmit`, `reset`, `error`, `connect`'),
  column('detail', 'String', 'text', 'as `events.detail`'),
] as const;

/** Periods in which rows may be missing. */
export const GAPS = [
  ...ORIGIN,
  integer('gap_id', 'Int64', 'the gap, in its file (`gaps.id`)'),
  time('from_us', 'its begin'),
  time('to_us', 'its end'),
  integer('cpu', 'Nullable(UInt32)', 'the CPU whose events were lost; NULL: any'),
  integer('lost', 'Nullable(UInt64)', 'exact number of events or rows; NULL: not known'),
  word('reason', GAP_REASONS.map((reason) => `\`${reason}\``).join(', ')),
  word('scope', '`transitions`, or only `samples`, `owners`, `names`; `shipping`: rows that were not sent'),
] as const;

/** Which name resolved to which address, and when. */
export const NAMES = [
  ...ORIGIN,
  column('name', 'String', 'text', 'lower case'),
  column('address', 'String', 'text', 'canonical text'),
  time('from_us', 'since when'),
  timeOrNull('to_us', 'until when; NULL: it was valid when it was last checked'),
  word('source', '`dns`, `hosts`'),
  integer('netns', 'UInt64', 'the network namespace whose processes saw it'),
  wordOrNull('ended', '`replaced`, `gone`, `removed`; NULL: only its TTL ends it'),
  integer('version', 'UInt64', 'as of when, microseconds; the highest counts'),
] as const;

/** What was sent, as proof of what is complete: the last row of a segment that is sent. */
export const SEGMENTS = [
  ...ORIGIN,
  integer('last', 'UInt64', 'last sequence number; `segment` is the first one'),
  time('from_us', 'it completes the history from then'),
  time('to_us', 'to then'),
  integer('lives', 'UInt32', 'rows of `lives`'),
  integer('open_lives', 'UInt32', 'rows of `open_lives`'),
  integer('counts', 'UInt32', 'rows of `counts`'),
  integer('counted', 'UInt64', 'connections in these'),
  integer('events', 'UInt32', 'rows of `events`'),
  integer('gaps', 'UInt32', 'rows of `gaps`'),
  integer('names', 'UInt32', 'rows of `names`'),
  word('what', '`all`, or what `sstory ship --what` chose'),
  time('sent_us', "when it was first sent, by the host's clock"),
] as const;

/** The hosts, as they last reported. */
export const HOSTS = [
  ...ORIGIN,
  time('first_us', 'the first moment of its history'),
  time('complete_us', 'everything up to then was sent'),
  integer('version', 'UInt64', "when it reported, by the host's clock, microseconds; the highest counts"),
  word('kernel', 'version of the kernel'),
  word('sstory', 'version of sstory'),
  word('source', '`bpf`, or `diag`: snapshots alone'),
  word('what', '`all`, or what `sstory ship --what` chose'),
  integer('netns', 'Nullable(UInt64)', 'inode number of the network namespace of process 1'),
  integer(
    'clock_offset_us',
    'Nullable(Int64)',
    "the host's clock minus the server's, microseconds; NULL: not measured",
  ),
  integer('clock_error_us', 'Nullable(UInt64)', 'how far that may be wrong: half of the round trip'),
] as const;

export type LifeRow = RowOf<typeof LIVES>;
export type OpenLifeRow = RowOf<typeof OPEN_LIVES>;
export type CountRow = RowOf<typeof COUNTS>;
export type EventRow = RowOf<typeof EVENTS>;
export type FleetGapRow = RowOf<typeof GAPS>;
export type FleetNameRow = RowOf<typeof NAMES>;
export type SegmentRow = RowOf<typeof SEGMENTS>;
export type HostRow = RowOf<typeof HOSTS>;

/** What both tables of connections have. */
export type ConnectionRow = RowOf<readonly [...typeof ORIGIN, ...typeof CONNECTION]>;
export type OriginRow = RowOf<typeof ORIGIN>;
export const CONNECTION_COLUMN_NAMES: readonly string[] = [...ORIGIN, ...CONNECTION].map(({ name }) => name);

/** The value of the column `schema` that this version writes. */
export const FLEET_SCHEMA = 1;
