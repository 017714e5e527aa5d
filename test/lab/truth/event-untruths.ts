/** Errors and resets: each on the connection that it was about. */
import { MARGIN_US, rowName } from './matching.js';
import type { RecordedEvent, RecordedHistory, Row } from './recorded-history.js';
import type { Finding } from './row-untruths.js';
import type { Bounds, TrueLife } from './true-life.js';
import type { Kind } from './untruth.js';

/** `endUs`: when the story was over. */
export function* eventUntruths(life: TrueLife, row: Row, endUs: number, history: RecordedHistory): Iterable<Finding> {
  for (const { kind, detail } of life.events) {
    const isThere = row.events.some((event) => event.kind === kind && event.detail.startsWith(detail));
    if (!isThere)
      yield [
        kindOf(kind),
        `${rowName(row)} has no ${kind} ${detail}${whereabouts(kind, detail, life, history)}: ${life}`,
      ];
  }
  for (const event of row.events.filter(({ at_us: atUs }) => atUs < endUs - MARGIN_US)) {
    const { kind, detail } = event;
    const name = `${kind} ${detail}`;
    if (!isWithin(event, life))
      yield [elsewhere(kind), `${rowName(row)} has ${name} at ${event.at_us}, out of its time: ${life}`];
    else if (!mayHappen(event, life)) yield [elsewhere(kind), `${rowName(row)} has ${name}: ${life}`];
  }
}

/** Where it may be. */
function whereabouts(kind: string, detail: string, { ended }: TrueLife, history: RecordedHistory): string {
  const others = history.rows.flatMap((row) => row.events.map((event) => ({ ...event, place: `#${row.id}` })));
  const strays = history.strays.map((event) => ({ ...event, place: `no connection: ${event.detail}` }));
  const found = [...others, ...strays].filter(
    (event) =>
      event.kind === kind && event.detail.startsWith(detail) && ended !== undefined && isNear(event.at_us, ended),
  );
  return found.length === 0 ? ', nor anyone' : ` (${found.map(({ place }) => place).join(', ')})`;
}

function isNear(us: number, { fromUs, toUs }: Bounds): boolean {
  return us >= fromUs - MARGIN_US && us <= toUs + MARGIN_US;
}

function kindOf(kind: string): Kind {
  return kind === 'error' || kind === 'reset' ? kind : 'event';
}

function elsewhere(kind: string): Kind {
  return kind === 'error' ? 'error-elsewhere' : 'event-elsewhere';
}

function isWithin({ at_us: atUs }: RecordedEvent, { opened, ended }: TrueLife): boolean {
  return atUs >= opened.fromUs - MARGIN_US && atUs <= (ended?.toUs ?? Infinity) + MARGIN_US;
}

/** Whether a socket that did this can have had it. */
function mayHappen({ kind, detail }: RecordedEvent, life: TrueLife): boolean {
  const { events, reason, optional, origin, heldUntil } = life;
  const isOrphan = heldUntil !== undefined && life.entries.some(({ state }) => state === 'FIN-WAIT-2');
  switch (kind) {
    case 'retransmit':
      return true;
    case 'error':
      // tcp_disconnect() reports ECONNRESET on the socket that it aborts.
      return (
        events.some((each) => each.kind === kind && detail.startsWith(each.detail)) ||
        (reason === 'aborted' && detail.startsWith('ECONNRESET'))
      );
    case 'connect':
      return origin === 'connect' && (optional || !life.entries.some(({ state }) => state === 'ESTAB'));
    case 'reset':
      if (isOrphan || origin === 'listen') return true;
      if (life.mayReject && detail === 'sent TCP_INVALID_ACK_SEQUENCE') return true;
      return detail.startsWith('sent')
        ? reason === 'aborted' || reason === 'destroyed'
        : reason === 'reset by peer' || isRefused(life);
    default:
      return false;
  }
}

/** By a RST, not by ICMP: which one it was is known from the port. */
function isRefused({ reason, remote }: TrueLife): boolean {
  return reason === 'refused' && (remote.port < 9_400 || remote.port === 9_403);
}
