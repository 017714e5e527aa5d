/** What metrics read of a connection. */
import { stepsOfText } from '../../model/packed-steps.js';
import type { Step } from '../../model/step.js';
import { type CloseReason, closeReasonOfCode, type Origin, originOfCode } from '../../model/stored-codes.js';
import { codeOfState, maskOfStates, type TcpState } from '../../model/tcp-state.js';
import { OPEN_CLASS } from '../../store/life-class.js';
import type { Labels } from './series-counts.js';

/** The end that made the connection, and the one that accepted it. `unknown`: its handshake was not recorded. */
export const ROLES = ['client', 'server', 'unknown'] as const;
export type Role = (typeof ROLES)[number];

/** What metrics can be split by, where it is asked for. */
export const METRIC_LABELS = ['comm', 'port'] as const;
export type MetricLabel = (typeof METRIC_LABELS)[number];

/** Of the table `socket`: a TIME-WAIT whose end is foreseen counts as closed. */
export const METRIC_COLUMNS =
  'id, opened_us, life_class, origin, close_reason, states, state, comm, local_port, remote_port, rtt_us, path';

export type MetricValues = readonly [
  id: number,
  opened_us: number,
  life_class: number,
  origin: number,
  close_reason: number | null,
  states: number,
  state: number,
  comm: string | null,
  local_port: number,
  remote_port: number,
  rtt_us: number | null,
  path: string,
];

/** Ports below it are not given to clients by default (net.ipv4.ip_local_port_range). */
const FIRST_EPHEMERAL = 32_768;
const TIME_WAIT = codeOfState('TIME-WAIT');
const ESTABLISHED = 1 << codeOfState('ESTAB');
const LISTENING = 1 << codeOfState('LISTEN');
const CONNECTING = 1 << codeOfState('SYN-SENT');
const ACCEPTING = maskOfStates(['SYN-RECV', 'NEW-SYN-RECV']);

/** A row of METRIC_COLUMNS. */
export class MetricRow {
  readonly id: number;
  readonly isClosed: boolean;
  readonly origin: Origin;
  private readonly states: number;
  private known: readonly Step[] | undefined;

  constructor(private readonly values: MetricValues) {
    this.id = values[0];
    this.isClosed = values[2] !== OPEN_CLASS;
    this.origin = originOfCode(values[3]) ?? 'unknown';
    this.states = values[5];
  }

  /** Why it ended; of one in TIME-WAIT that a snapshot found, that is not written yet. */
  get closeReason(): CloseReason {
    const code = this.values[4];
    if (code === null) return this.state === TIME_WAIT ? 'orderly' : 'unknown';
    return closeReasonOfCode(code) ?? 'unknown';
  }

  /** Closed, or in TIME-WAIT: whether the row of that one has the end that is foreseen is up to the recorder. */
  get isOver(): boolean {
    return this.isClosed || this.state === TIME_WAIT;
  }

  get rttUs(): number | undefined {
    return this.values[10] ?? undefined;
  }

  /** The kernel's code. */
  get state(): number {
    return this.values[6];
  }

  get isListener(): boolean {
    return (this.states & LISTENING) !== 0;
  }

  get wasEstablished(): boolean {
    return (this.states & ESTABLISHED) !== 0;
  }

  get role(): Role {
    if (this.origin === 'connect' || (this.states & CONNECTING) !== 0) return 'client';
    return this.origin === 'accept' || (this.states & ACCEPTING) !== 0 ? 'server' : 'unknown';
  }

  get steps(): readonly Step[] {
    this.known ??= stepsOfText(this.values[1], this.values[11]);
    return this.known;
  }

  /** The first step into a state. */
  enters(state: TcpState): Step | undefined {
    return this.steps.find(({ newState }) => newState === state);
  }

  /** The labels that were asked for. The port is that of the service, never that of a client. */
  group(labels: readonly MetricLabel[]): Labels {
    if (labels.length === 0) return NO_LABELS;
    return Object.fromEntries(
      labels.map((label) => [label, label === 'comm' ? (this.values[7] ?? 'unknown') : this.servicePort]),
    );
  }

  private get servicePort(): string {
    const [local, remote] = [this.values[8], this.values[9]];
    if (this.isListener || this.role === 'server') return String(local);
    if (this.role === 'client') return String(remote);
    if (local < FIRST_EPHEMERAL !== remote < FIRST_EPHEMERAL) return String(Math.min(local, remote));
    return 'unknown';
  }
}

const NO_LABELS: Labels = {};
