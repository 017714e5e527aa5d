/** A row of the fleet's tables as the connection that it was made of. */
import { plainAddress } from '../model/address.js';
import { canonicalAddress } from '../model/address-bytes.js';
import type { Connection } from '../model/connection.js';
import type { Ownership } from '../model/owner.js';
import type { Place } from '../model/place.js';
import { SAMPLE_COLUMNS, type SampleRow, SETTING_COLUMNS } from '../model/sample.js';
import type { TimerKind } from '../model/socket-row.js';
import type { Step } from '../model/step.js';
import type { CloseReason, Origin, Source } from '../model/stored-codes.js';
import type { TcpState } from '../model/tcp-state.js';
import type { FoundConnection } from './connections-query.js';

/** The host of a fleet that a connection is of. */
export interface Machine {
  readonly host: string;
  readonly machine: string;
  readonly file: string;
}

/** From when to when a process held the socket. */
export type FleetOwner = Omit<Ownership, 'connectionId' | 'seenUs'> & { readonly inferred: boolean };

export interface FleetConnection {
  readonly machine: Machine;
  readonly connection: Connection;
  /** The opener included. */
  readonly owners: readonly FleetOwner[];
  readonly place: Place;
  /** The last one that was sent. */
  readonly sample: SampleRow | undefined;
  readonly remoteNames: readonly string[];
}

export function connectionOfRow(row: FoundConnection): FleetConnection {
  const { host, machine, file } = row;
  return {
    machine: { host, machine, file },
    connection: connectionOf(row),
    owners: ownersOf(row),
    place: {
      netnsName: row.netns_name ?? undefined,
      cgroup:
        row.cgroup === null
          ? undefined
          : {
              id: row.cgroup_id ?? 0,
              path: row.cgroup,
              container: row.container ?? undefined,
              pod: row.pod ?? undefined,
              unit: row.unit ?? undefined,
            },
    },
    sample: sampleOf(row),
    remoteNames: row.remote_names,
  };
}

function connectionOf(row: FoundConnection): Connection {
  const steps = stepsOf(row);
  const family = row.family === 6 ? 6 : 4;
  return {
    id: row.connection_id,
    netns: row.netns,
    tuple: {
      family,
      localAddr: addressText(family, row.local_addr),
      localPort: row.local_port,
      remoteAddr: addressText(family, row.remote_addr),
      remotePort: row.remote_port,
    },
    state: steps.at(-1)?.newState ?? 'UNCONN',
    openedUs: row.opened_us,
    openedNotBeforeUs: row.opened_not_before_us ?? undefined,
    openedSource: row.opened_source as Source,
    closedUs: row.closed_us ?? undefined,
    closedNotBeforeUs: row.closed_not_before_us ?? undefined,
    closedSource: (row.closed_source ?? undefined) as Source | undefined,
    origin: row.origin as Origin,
    closeReason: (row.close_reason ?? undefined) as CloseReason | undefined,
    pid: row.pid ?? undefined,
    tid: row.tid ?? row.pid ?? undefined,
    comm: row.comm ?? undefined,
    fd: row.fd ?? undefined,
    uid: row.uid ?? undefined,
    inode: row.inode ?? undefined,
    cookie: row.cookie ?? undefined,
    cgroup: row.cgroup_id ?? undefined,
    bytesSent: row.bytes_sent ?? undefined,
    bytesReceived: row.bytes_received ?? undefined,
    retransmits: row.retransmits,
    rttUs: row.rtt_us ?? undefined,
    steps,
  };
}

/** ClickHouse writes some addresses in another form than RFC 5952. */
function addressText(family: 4 | 6, address: string): string {
  return family === 4 ? plainAddress(address) : (canonicalAddress(address) ?? address);
}

function stepsOf(row: FoundConnection): readonly Step[] {
  return row.step_us.map((delayUs, index) => {
    const atUs = row.opened_us + delayUs;
    const earlierUs = row.step_earlier_us[index] ?? undefined;
    return {
      atUs,
      notBeforeUs: earlierUs === undefined ? undefined : earlierUs < 0 ? 0 : atUs - earlierUs,
      oldState: (row.step_from[index] ?? 'UNCONN') as TcpState,
      newState: (row.step_into[index] ?? 'UNCONN') as TcpState,
      source: (row.step_source[index] ?? 'snapshot') as Source,
    };
  });
}

function ownersOf(row: FoundConnection): readonly FleetOwner[] {
  return row.owner_pid.map((pid, index) => ({
    pid,
    tid: row.owner_tid[index] ?? undefined,
    fd: row.owner_fd[index] ?? -1,
    comm: row.owner_comm[index] ?? '',
    fromUs: row.owner_from_us[index] ?? row.opened_us,
    toUs: row.owner_to_us[index] ?? undefined,
    inferred: row.owner_inferred[index] === 1,
  }));
}

/** What a sample has that is not sent. */
const NOTHING = Object.fromEntries([...SAMPLE_COLUMNS, ...SETTING_COLUMNS].map(({ column }) => [column, null]));

function sampleOf(row: FoundConnection): SampleRow | undefined {
  if (row.sampled_us === null) return undefined;
  return {
    ...(NOTHING as unknown as SampleRow),
    connection_id: row.connection_id,
    at_us: row.sampled_us,
    recv_q: row.recv_q ?? 0,
    send_q: row.send_q ?? 0,
    timer: (row.timer ?? 'off') as TimerKind,
    timer_ms: row.timer_ms ?? 0,
    retrans: row.retrans ?? 0,
    if_index: row.if_index,
    device: row.device,
    fwmark: row.fwmark,
    v6only: row.v6only,
    last_data_sent_ms: agoMs(row, row.last_sent_us),
    last_data_recv_ms: agoMs(row, row.last_received_us),
    last_ack_recv_ms: agoMs(row, row.last_ack_us),
  };
}

function agoMs({ sampled_us }: FoundConnection, us: number | null): number | null {
  return us === null || sampled_us === null ? null : Math.round((sampled_us - us) / 1_000);
}
