export type EventKind = 'retransmit' | 'reset' | 'error' | 'connect';

/** Something that happened to a connection without changing its state. */
export interface ConnectionEvent {
  /** undefined: no connection of this host has the four-tuple (a reset for a closed port). */
  readonly connectionId: number | undefined;
  readonly atUs: number;
  readonly kind: EventKind;
  /** `SYN`, `SYN-ACK`, `data`; `sent REASON`, `received`; `ECONNREFUSED`. With the four-tuple if no connection has it. */
  readonly detail: string;
}
