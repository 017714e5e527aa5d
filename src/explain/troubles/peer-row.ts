/** Sockets of one namespace toward one address and port, counted by SQL. */
export interface PeerRow {
  readonly netns: number;
  readonly address: string;
  readonly port: number;
  /** How many there are. */
  readonly n: number;
  /** When the oldest of them entered its state, microseconds. */
  readonly oldest: number;
  readonly lastId: number;
}
