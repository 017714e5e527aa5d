/**
 * The metrics of sstory. Names that begin with `system_network_tcp` follow the proposal for OpenTelemetry
 * (open-telemetry/semantic-conventions#3682 and opentelemetry-ebpf-instrumentation#1905), in Prometheus' spelling.
 */
import type { MetricDefinition } from './exposition.js';

export const METRICS = {
  connections: {
    name: 'system_network_tcp_connections',
    type: 'gauge',
    help: 'Sockets that exist, by state; listening ones included.',
    labels: ['state'],
  },
  successes: {
    name: 'system_network_tcp_connection_successes_total',
    type: 'counter',
    help: 'Connections that reached ESTABLISHED.',
    labels: ['role'],
  },
  failures: {
    name: 'system_network_tcp_connection_failures_total',
    type: 'counter',
    help: 'Attempts to connect that ended without reaching ESTABLISHED.',
    labels: ['error_type', 'role'],
  },
  duration: {
    name: 'system_network_tcp_connection_duration_seconds',
    type: 'histogram',
    help: 'Time from ESTABLISHED to the end of a connection, without TIME-WAIT.',
    labels: ['role'],
  },
  handshake: {
    name: 'system_network_tcp_handshake_duration_seconds',
    type: 'histogram',
    help: 'Time from the first SYN to ESTABLISHED, where both were observed.',
    labels: ['role'],
  },
  rtt: {
    name: 'system_network_tcp_rtt_duration_seconds',
    type: 'histogram',
    help: 'Last known smoothed round-trip time of a connection, at its end.',
    labels: ['role'],
  },
  retransmits: {
    name: 'system_network_tcp_retransmits_total',
    type: 'counter',
    help: 'Segments sent again: SYN and SYN-ACK, or data.',
    labels: ['kind'],
  },
  resets: {
    name: 'system_network_tcp_resets_total',
    type: 'counter',
    help: 'Resets sent and received.',
    labels: ['direction'],
  },
  closed: {
    name: 'sstory_connections_closed_total',
    type: 'counter',
    help: 'Connections that ended, and why; those in TIME-WAIT count as ended.',
    labels: ['close_reason', 'role'],
  },
  states: {
    name: 'sstory_state_seconds',
    type: 'histogram',
    help: 'How long connections that have ended were in each state, without TIME-WAIT.',
    labels: ['state'],
  },
  oldest: {
    name: 'sstory_state_oldest_seconds',
    type: 'gauge',
    help: 'For how long the oldest socket of each state has been in it, without TIME-WAIT and listening ones.',
    labels: ['state'],
  },
  gaps: {
    name: 'sstory_gaps_total',
    type: 'counter',
    help: 'Periods in which records may be missing.',
    labels: ['scope', 'reason'],
  },
  gapEvents: {
    name: 'sstory_gap_events_total',
    type: 'counter',
    help: 'Records that are missing in gaps whose number is known.',
    labels: ['scope', 'reason'],
  },
  gapSeconds: {
    name: 'sstory_gap_seconds_total',
    type: 'counter',
    help: 'Length of the periods in which records may be missing; those that overlap count twice.',
    labels: ['scope', 'reason'],
  },
  running: {
    name: 'sstory_recorder_running',
    type: 'gauge',
    help: 'Whether a recorder writes into the database; 0 too where it is alive and writes nothing.',
  },
  behind: {
    name: 'sstory_behind_seconds',
    type: 'gauge',
    help: 'How long ago the history was last complete.',
  },
  backlog: {
    name: 'sstory_backlog_bytes',
    type: 'gauge',
    help: 'Events that were received and are not recorded yet.',
  },
  recorderBytes: {
    name: 'sstory_recorder_bytes',
    type: 'gauge',
    help: 'Resident memory of the recorder.',
  },
  dbBytes: {
    name: 'sstory_db_bytes',
    type: 'gauge',
    help: 'Size of the database with its write-ahead log.',
  },
  shipSent: {
    name: 'sstory_ship_sent_total',
    type: 'counter',
    help: 'Ended connections that a place accepted which the history is shipped to; those that are only counted there included.',
    labels: ['target'],
  },
  shipKept: {
    name: 'sstory_ship_kept_total',
    type: 'counter',
    help: 'Of these, those that were found there later.',
    labels: ['target'],
  },
  shipLost: {
    name: 'sstory_ship_lost_total',
    type: 'counter',
    help: 'Ended connections that were deleted here before they were shipped.',
    labels: ['target'],
  },
  shipWaiting: {
    name: 'sstory_unshipped_rows',
    type: 'gauge',
    help: 'Ended connections that are still to be shipped.',
    labels: ['target'],
  },
  shipBehind: {
    name: 'sstory_ship_behind_seconds',
    type: 'gauge',
    help: 'How long ago the history was last complete there.',
    labels: ['target'],
  },
  shipFailing: {
    name: 'sstory_ship_failing',
    type: 'gauge',
    help: 'Whether the last attempt to ship failed.',
    labels: ['target'],
  },
  buildInfo: {
    name: 'sstory_build_info',
    type: 'gauge',
    help: 'Always 1; the version of the program that answers.',
    labels: ['version'],
  },
  counted: {
    name: 'sstory_metrics_counted',
    type: 'gauge',
    help: 'Whether the whole history was counted; until then there are no counters.',
  },
  folded: {
    name: 'sstory_metrics_folded_total',
    type: 'counter',
    help: 'What was counted as "other" because a metric has 200 series; of a gauge, in each scrape.',
    labels: ['metric'],
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export type MetricKey = keyof typeof METRICS;
