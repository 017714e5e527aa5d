/** What is remembered of a socket's last sample; boot times. */
export interface SampleMark {
  readonly bootUs: number;
  /** Checksum of what is worth a sample soon. */
  readonly urgent: number;
  /** Checksum of the rest. */
  readonly quiet: number;
  /** Retransmissions in a row, of data or of probes. */
  readonly retransmits: number;
  /** When a change of the first is sampled at the earliest, and of the rest. */
  readonly urgentDueUs: number;
  readonly dueUs: number;
  /** When a snapshot first found something else, and it was too early for a sample; undefined: none has. */
  changedUs: number | undefined;
}
