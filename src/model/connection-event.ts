export const EVENT_KINDS = ['retransmit', 'reset', 'error', 'connect'] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** Something that happened to a connection without changing its state. */
export interface ConnectionEvent {
  /** undefined: no connection of this host has the four-tuple (a reset for a closed port). */
  readonly connectionId: number | undefined;
  readonly atUs: number;
  readonly kind: EventKind;
  /** `SYN`, `SYN-ACK`, `data`; `sent REASON`, `received`; `ECONNREFUSED`. With the four-tuple if no connection has it. */
  readonly detail: string;
}
