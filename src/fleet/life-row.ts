/** A connection of a host's database as a row of the fleet's tables. */
import { v4Mapped } from '../model/address.js';
import type { Connection } from '../model/connection.js';
import { isInferredOpener, type Ownership, replacesOpener } from '../model/owner.js';
import type { Place } from '../model/place.js';
import type { SampleRow } from '../model/sample.js';
import type { Step } from '../model/step.js';
import { maskOfStates } from '../model/tcp-state.js';
import { lifeClass } from '../store/life-class.js';
import { type ConnectionRow, FLEET_SCHEMA, type LifeRow, type OpenLifeRow, type OriginRow } from './columns.js';

/** Where rows come from: what every row of a host has, but for the segment. */
export type HostIdentity = Pick<OriginRow, 'host' | 'machine' | 'file' | 'boot'>;

/** A connection with what the host's database has of it outside its own row. */
export interface KnownConnection {
  readonly connection: Connection;
  /** The run of the recorder that wrote it last. */
  readonly run: number;
  readonly place: Place;
  /** The rows of the table `owner`. */
  readonly owners: readonly Omit<Ownership, 'connectionId' | 'seenUs'>[];
  /** The last one. */
  readonly sample: SampleRow | undefined;
  /** The names that were recorded for its remote address by its end, most recent first. */
  readonly remoteNames: readonly string[];
}

/** The row of a closed connection; undefined if it is open. */
export function lifeRow(known: KnownConnection, host: HostIdentity, segment: number): LifeRow | undefined {
  const { closedUs, openedUs, closedNotBeforeUs, closedSource, closeReason } = known.connection;
  if (closedUs === undefined) return undefined;
  // Not by a spread: V8 makes a hash table of an object that so many properties are copied into, which takes ten times the time.
  const row = connectionRow(known, host, segment) as ConnectionRow & {
    -readonly [Column in keyof LifeRow]?: LifeRow[Column];
  };
  row.life_class = lifeClass(closedUs - openedUs);
  row.closed_us = closedUs;
  row.closed_not_before_us = closedNotBeforeUs ?? null;
  row.closed_source = closedSource ?? 'snapshot';
  row.close_reason = closeReason ?? 'unknown';
  return row as LifeRow;
}

/** The row of an open connection as of a time, microseconds. */
export function openLifeRow(known: KnownConnection, host: HostIdentity, segment: number, asOfUs: number): OpenLifeRow {
  return { ...connectionRow(known, host, segment), version: asOfUs, is_deleted: 0 };
}

/** The row by which an open connection leaves the table: its end was sent, or counted. */
export function endedLifeRow(known: KnownConnection, host: HostIdentity, segment: number, asOfUs: number): OpenLifeRow {
  return { ...connectionRow(known, host, segment), version: asOfUs, is_deleted: 1 };
}

/** An address of a socket as the columns of type IPv6 have it. */
export function fleetAddress(family: 4 | 6, address: string): string {
  return family === 4 ? v4Mapped(address) : address;
}

function connectionRow(known: KnownConnection, host: HostIdentity, segment: number): ConnectionRow {
  const { connection: c, run, place, remoteNames } = known;
  const { tuple } = c;
  const owners = ownerColumns(known);
  const sample = sampleColumns(known.sample);
  // Each by its name: see lifeRow.
  return {
    schema: FLEET_SCHEMA,
    host: host.host,
    machine: host.machine,
    file: host.file,
    boot: host.boot,
    segment,
    run,
    connection_id: c.id,
    netns: c.netns,
    netns_name: place.netnsName ?? null,
    family: tuple.family,
    local_addr: fleetAddress(tuple.family, tuple.localAddr),
    local_port: tuple.localPort,
    remote_addr: fleetAddress(tuple.family, tuple.remoteAddr),
    remote_port: tuple.remotePort,
    opened_us: c.openedUs,
    opened_not_before_us: c.openedNotBeforeUs ?? null,
    opened_source: c.openedSource,
    states: maskOfStates([c.state, ...c.steps.map(({ newState }) => newState)]),
    origin: c.origin,
    pid: c.pid ?? null,
    tid: c.tid === c.pid ? null : (c.tid ?? null),
    comm: c.comm ?? null,
    fd: c.fd ?? null,
    uid: c.uid ?? null,
    inode: c.inode ?? null,
    cookie: c.cookie ?? null,
    cgroup_id: c.cgroup ?? null,
    cgroup: place.cgroup?.path ?? null,
    container: place.cgroup?.container ?? null,
    pod: place.cgroup?.pod ?? null,
    unit: place.cgroup?.unit ?? null,
    bytes_sent: c.bytesSent ?? null,
    bytes_received: c.bytesReceived ?? null,
    retransmits: c.retransmits,
    rtt_us: c.rttUs ?? null,
    step_us: c.steps.map(({ atUs }) => atUs - c.openedUs),
    step_from: c.steps.map(({ oldState }) => oldState),
    step_into: c.steps.map(({ newState }) => newState),
    step_source: c.steps.map(({ source }) => source),
    step_earlier_us: c.steps.map(earlierUs),
    owner_pid: owners.owner_pid,
    owner_tid: owners.owner_tid,
    owner_fd: owners.owner_fd,
    owner_comm: owners.owner_comm,
    owner_from_us: owners.owner_from_us,
    owner_to_us: owners.owner_to_us,
    owner_inferred: owners.owner_inferred,
    remote_names: remoteNames,
    sampled_us: sample.sampled_us,
    recv_q: sample.recv_q,
    send_q: sample.send_q,
    timer: sample.timer,
    timer_ms: sample.timer_ms,
    retrans: sample.retrans,
    if_index: sample.if_index,
    device: sample.device,
    fwmark: sample.fwmark,
    v6only: sample.v6only,
    last_sent_us: sample.last_sent_us,
    last_received_us: sample.last_received_us,
    last_ack_us: sample.last_ack_us,
  };
}

function earlierUs({ atUs, notBeforeUs }: Step): number | null {
  if (notBeforeUs === undefined) return null;
  return notBeforeUs === 0 ? -1 : atUs - notBeforeUs;
}

type OwnerColumns = Pick<
  ConnectionRow,
  'owner_pid' | 'owner_tid' | 'owner_fd' | 'owner_comm' | 'owner_from_us' | 'owner_to_us' | 'owner_inferred'
>;

/** The opener first, unless a row of `owner` takes its place; then those rows. */
function ownerColumns({ connection, owners }: KnownConnection): OwnerColumns {
  const { pid, fd, comm, openedUs } = connection;
  const isReplaced = pid === undefined || owners.some((row) => replacesOpener(connection, row));
  const opener = { pid: pid ?? 0, fd: fd ?? -1, comm: comm ?? '', tid: undefined, fromUs: openedUs, toUs: undefined };
  const all = isReplaced ? owners : [opener, ...owners];
  return {
    owner_pid: all.map((owner) => owner.pid),
    owner_tid: all.map((owner) => owner.tid || null),
    owner_fd: all.map((owner) => owner.fd),
    owner_comm: all.map((owner) => owner.comm),
    owner_from_us: all.map((owner) => owner.fromUs),
    owner_to_us: all.map((owner) => owner.toUs ?? null),
    owner_inferred: all.map((owner) => (owner === opener && isInferredOpener(connection) ? 1 : 0)),
  };
}

type SampleColumns = Pick<
  ConnectionRow,
  | ('sampled_us' | 'recv_q' | 'send_q' | 'timer' | 'timer_ms' | 'retrans')
  | ('if_index' | 'device' | 'fwmark' | 'v6only')
  | ('last_sent_us' | 'last_received_us' | 'last_ack_us')
>;

function sampleColumns(sample: SampleRow | undefined): SampleColumns {
  return {
    sampled_us: sample?.at_us ?? null,
    recv_q: sample?.recv_q ?? null,
    send_q: sample?.send_q ?? null,
    timer: sample?.timer ?? null,
    timer_ms: sample?.timer_ms ?? null,
    retrans: sample?.retrans ?? null,
    if_index: sample?.if_index ?? null,
    device: sample?.device ?? null,
    fwmark: sample?.fwmark ?? null,
    v6only: sample?.v6only ?? null,
    last_sent_us: agoUs(sample, sample?.last_data_sent_ms),
    last_received_us: agoUs(sample, sample?.last_data_recv_ms),
    last_ack_us: agoUs(sample, sample?.last_ack_recv_ms),
  };
}

function agoUs(sample: SampleRow | undefined, ms: number | null | undefined): number | null {
  return sample === undefined || ms === null || ms === undefined ? null : sample.at_us - 1_000 * ms;
}
