import { endpoint } from '../../src/model/four-tuple.js';
import { query } from '../lab/sstory.js';
import type { Holder, Truth } from './scenarios/scenario.js';

/** One connection as the public views of a database show it. */
export interface Recorded {
  readonly id: number;
  readonly netns: number;
  readonly state: string;
  readonly socket: string;
  readonly origin: string;
  /** As `Truth.path`: `~` stands before a state whose beginning is inferred, `!` before one that does not follow from the last. */
  readonly path: string;
  readonly sources: readonly string[];
  readonly closeReason: string | null;
  readonly holder: string;
  readonly owners: readonly Holder[];
  /** Kind and detail. */
  readonly events: readonly string[];
}

interface ConnectionRow {
  readonly id: number;
  readonly netns: number;
  readonly family: number;
  readonly local_addr: string;
  readonly local_port: number;
  readonly remote_addr: string;
  readonly remote_port: number;
  readonly state: string;
  readonly origin: string;
  readonly close_reason: string | null;
  readonly pid: number | null;
  readonly comm: string | null;
  readonly fd: number | null;
}

interface TransitionRow {
  readonly old_state: string;
  readonly new_state: string;
  readonly not_before_us: number | null;
  readonly source: string;
}

/** The recorded connections of one namespace that were opened from `sinceUs` on, in the order of their opening. */
export function readRecorded(path: string, netns: number, sinceUs = 0): Recorded[] {
  const rows = query<ConnectionRow>(
    path,
    'SELECT * FROM connections WHERE netns = ? AND opened_us >= ? ORDER BY opened_us, id',
    netns,
    sinceUs,
  );
  return rows.map((row) => {
    const steps = query<TransitionRow>(path, 'SELECT * FROM transitions WHERE connection_id = ?', row.id);
    const owners = query<Holder>(path, 'SELECT pid, comm, fd FROM owners WHERE connection_id = ?', row.id);
    const events = query<{ kind: string; detail: string }>(
      path,
      'SELECT * FROM events WHERE connection_id = ?',
      row.id,
    );
    return {
      id: row.id,
      netns: row.netns,
      state: row.state,
      socket: socketText(row.family, row.local_addr, row.local_port, row.remote_addr, row.remote_port),
      origin: row.origin,
      path: pathText(steps),
      sources: steps.map((step) => step.source),
      closeReason: row.close_reason,
      holder: row.pid === null ? 'none' : holderText({ pid: row.pid, comm: row.comm ?? '?', fd: row.fd ?? -1 }),
      owners,
      events: events.map(({ kind, detail }) => `${kind} ${detail}`),
    };
  });
}

function pathText(steps: readonly TransitionRow[]): string {
  const words = steps.slice(0, 1).map((step) => step.old_state);
  let last = words[0];
  for (const step of steps) {
    if (step.old_state !== last) words.push(`!${step.old_state}`);
    words.push(`${step.not_before_us === null ? '' : '~'}${step.new_state}`);
    last = step.new_state;
  }
  return words.join(' ');
}

export function holderText(holder: Holder): string {
  return `${holder.comm}[${holder.pid}] fd ${holder.fd}`;
}

export function truthSocket({ tuple }: Truth): string {
  return socketText(tuple.family, tuple.localAddr, tuple.localPort, tuple.remoteAddr, tuple.remotePort);
}

/** The same while the kernel had not reported which local port it chose: the event after the SYN-SENT does. */
export function portlessSocket({ tuple }: Truth): string {
  return socketText(tuple.family, tuple.localAddr, 0, tuple.remoteAddr, tuple.remotePort);
}

function socketText(
  family: number,
  localAddr: string,
  localPort: number,
  remoteAddr: string,
  remotePort: number,
): string {
  return `IPv${family} ${endpoint(localAddr, localPort)} > ${endpoint(remoteAddr, remotePort)}`;
}
