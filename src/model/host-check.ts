/** One line of `sstory doctor`. */
export interface HostCheck {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  /** What to do if it is not ok. */
  readonly remedy?: string;
  /** If false, `record --source bpf` works without it. */
  readonly required: boolean;
}
