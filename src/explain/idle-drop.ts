/** A connection that was silent and then got no answer, while the peer answers others: a device on the path dropped its state. */
import { plainAddress } from '../model/address.js';
import type { Connection } from '../model/connection.js';
import type { ConnectionEvent } from '../model/connection-event.js';
import type { SampleRow } from '../model/sample.js';
import type { ExplainContext } from './context.js';
import { newConnectionTo } from './new-connection.js';
import { at, type Evidence, lasting, type Sentence, sentence, words } from './sentence.js';
import { peerOf, type Subject } from './subject.js';

/** One in use hears from its peer, or retransmits, sooner than this. */
const SILENT_US = 3_000_000;

interface Silence {
  /** When the last segment came. */
  readonly heardUs: number;
  readonly sample: SampleRow;
  /** The first retransmit of what was not acknowledged. */
  readonly first: ConnectionEvent;
  readonly retransmits: number;
}

export interface IdleDrop {
  /** The first segment that was not answered was retransmitted then. */
  readonly sinceUs: number;
  readonly sentences: readonly Sentence[];
}

export function explainIdleDrop(subject: Subject, context: ExplainContext): readonly Sentence[] {
  return idleDropOf(subject, context)?.sentences ?? [];
}

/** Undefined, unless it was silent before its first retransmit and a new connection to the same address works. */
export function idleDropOf(subject: Subject, context: ExplainContext): IdleDrop | undefined {
  const { connection, ended, atUs } = subject;
  const untilUs = ended?.atUs ?? atUs;
  const silence = silenceOf(subject, context, untilUs);
  if (silence === undefined) return undefined;
  const { heardUs, sample, first, retransmits } = silence;
  const other = newConnectionTo(context, connection, first.atUs, untilUs);
  if (other === undefined) return undefined;
  const { begun, established } = other;
  const inbound = connection.origin === 'accept';
  const peer = inbound ? plainAddress(connection.tuple.remoteAddr) : peerOf(connection);
  const sentences = [
    sentence(
      words`Nothing came from ${peerOf(connection)} for ${lasting(first.atUs - heardUs)} before the first retransmit at ${at(first.atUs)}, the last segment at ${at(heardUs)}: the connection was idle. None of ${retransmits} retransmits was answered.`,
      { kind: 'event', event: first },
      heardEvidence(sample),
    ),
    sentence(
      words`Meanwhile a new connection ${inbound ? 'from' : 'to'} ${peer} works: #${begun.id}, established at ${at(established.atUs)}. So the peer is up, and a firewall or NAT on the path has probably dropped the state of the idle connection. Keepalives at shorter intervals than its timeout would help.`,
      { kind: 'transition', connectionId: begun.id, index: begun.steps.indexOf(established) + 1, step: established },
    ),
  ];
  return { sinceUs: first.atUs, sentences };
}

function silenceOf({ connection, state }: Subject, context: ExplainContext, untilUs: number): Silence | undefined {
  if (state === 'TIME-WAIT' || state === 'LISTEN') return undefined;
  if (state === 'SYN-SENT' || state === 'SYN-RECV' || state === 'NEW-SYN-RECV') return undefined;
  const sample = context.sampleAt(connection.id, untilUs);
  const heardUs = sample === undefined ? undefined : heardAt(connection, sample);
  if (sample === undefined || heardUs === undefined) return undefined;
  const again = context
    .events(connection.id)
    .filter(({ kind, detail, atUs }) => kind === 'retransmit' && detail === 'data' && atUs > heardUs);
  const [first] = again;
  if (first === undefined || first.atUs - heardUs < SILENT_US || again.length < 2) return undefined;
  return { heardUs, sample, first, retransmits: again.length };
}

/** When the last segment with data or an acknowledgement came, by a sample: not before the connection was established. */
function heardAt({ openedUs }: Connection, sample: SampleRow): number | undefined {
  const { at_us, last_data_recv_ms, last_ack_recv_ms } = sample;
  if (last_ack_recv_ms === null || last_data_recv_ms === null) return undefined;
  return Math.max(openedUs, at_us - 1000 * Math.min(last_ack_recv_ms, last_data_recv_ms));
}

function heardEvidence({ connection_id, at_us, last_data_recv_ms, last_ack_recv_ms }: SampleRow): Evidence {
  const values = { last_data_recv_ms: last_data_recv_ms ?? 0, last_ack_recv_ms: last_ack_recv_ms ?? 0 };
  return { kind: 'sample', connectionId: connection_id, atUs: at_us, values };
}
