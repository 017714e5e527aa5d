import { shownState, type TcpState } from '../../model/tcp-state.js';

/** The values of OpenTelemetry's attribute `network.connection.state`. */
const NAMES = {
  ESTAB: 'established',
  'SYN-SENT': 'syn_sent',
  'SYN-RECV': 'syn_received',
  'FIN-WAIT-1': 'fin_wait_1',
  'FIN-WAIT-2': 'fin_wait_2',
  'TIME-WAIT': 'time_wait',
  UNCONN: 'closed',
  'CLOSE-WAIT': 'close_wait',
  'LAST-ACK': 'last_ack',
  LISTEN: 'listen',
  CLOSING: 'closing',
} as const satisfies Readonly<Record<ReturnType<typeof shownState>, string>>;

/** The states that an open socket can be in, as metrics name them. */
export const METRIC_STATES: readonly string[] = Object.values(NAMES).filter((name) => name !== NAMES.UNCONN);

/** How metrics name a state. */
export function metricState(state: TcpState): string {
  return NAMES[shownState(state)];
}
