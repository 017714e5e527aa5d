/** The last line of the page: the last transition that was recorded, what was missed, and which file this is. */
import { endpoint } from '../../model/four-tuple.js';
import { printable } from '../../model/printable.js';
import { localTime } from '../../model/time-text.js';
import { Icon } from '../icon.js';
import { info, infoError } from '../info.js';
import { select } from '../selection.js';
import { connection, type LoggedTransition, lastTransition, missed } from './news.js';

const DATE_LENGTH = 11;
const MILLISECONDS_LENGTH = 12;

export function StatusLine() {
  const known = info.value;
  if (known === undefined) return null;
  const last = lastTransition.value;
  return (
    <footer class="status-line">
      {infoError.value !== undefined && (
        <span class="status-warning" title={infoError.value.hint}>
          <Icon name="alert" /> {infoError.value.message}
        </span>
      )}
      {known.recording && infoError.value === undefined && connection.value === 'lost' && (
        <span class="status-warning">Live events are not connected</span>
      )}
      {missed.value !== undefined && <span class="status-warning">{missedText(missed.value)}</span>}
      {last !== undefined && <LastTransition transition={last} />}
      <span class="status-file" title={known.file}>
        {known.connections === null
          ? known.file
          : `${known.connections.toLocaleString('en')} connections in ${known.file}`}
      </span>
      <span class="status-version">sstory {known.version}</span>
    </footer>
  );
}

function LastTransition({ transition }: { transition: LoggedTransition }) {
  const { at_us, comm, pid, new_state, old_state, close_reason, connection_id } = transition;
  const process = comm === null ? '' : `${printable(comm)}[${pid ?? '?'}] `;
  const change = `${old_state} → ${new_state}`;
  return (
    <button
      type="button"
      class="quiet status-last"
      title="The last transition: open its connection"
      onClick={() => select({ socket: connection_id })}
    >
      <span class="mono">{localTime(at_us).slice(DATE_LENGTH, DATE_LENGTH + MILLISECONDS_LENGTH)}</span> {process}
      {ends(transition)} <strong>{change}</strong>
      {close_reason !== null && new_state === 'UNCONN' && `, ${close_reason}`}
    </button>
  );
}

function ends({ local_addr, local_port, remote_addr, remote_port }: LoggedTransition): string {
  return `${endpoint(local_addr, local_port)} > ${endpoint(remote_addr, remote_port)}`;
}

function missedText({ events, isExact }: { events: number; isExact: boolean }): string {
  const number = events.toLocaleString('en');
  if (!isExact) return events === 0 ? 'Events missed by this page' : `More than ${number} events missed by this page`;
  return `${number} ${events === 1 ? 'event' : 'events'} missed by this page`;
}
