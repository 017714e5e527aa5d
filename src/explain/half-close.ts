/** A connection of which one end has closed its half may still transfer the other way. */
import type { Connection } from '../model/connection.js';
import { counted } from '../model/counted.js';
import { JIFFIES_US, type SampleRow } from '../model/sample.js';
import type { ExplainContext } from './context.js';
import { at, type Evidence, type Sentence, sentence, words } from './sentence.js';
import { ownerOf, peerOf } from './subject.js';

/** A socket is sampled every ten seconds while it transfers, less often on a busy host: until then it may have gone on. */
export const SAMPLED_US = 20_000_000;

/** What a half-closed connection transferred since. */
export interface Transfer {
  /** When data was last sent, or came. */
  readonly lastUs: number;
  /** Undefined: not known. */
  readonly bytes: number | undefined;
  /** No sample was taken before: these are all that it ever transferred. */
  readonly isMost: boolean;
  readonly sample: SampleRow;
}

/** What it sent in CLOSE-WAIT, which it entered at `sinceUs`; undefined: nothing, as far as samples show. */
export function sentAfter(context: ExplainContext, id: number, sinceUs: number, untilUs: number): Transfer | undefined {
  return transferAfter(context, id, sinceUs, untilUs, 'last_data_sent_ms', 'bytes_sent');
}

/** What it received in FIN-WAIT-2. */
export function receivedAfter(
  context: ExplainContext,
  id: number,
  sinceUs: number,
  untilUs: number,
): Transfer | undefined {
  return transferAfter(context, id, sinceUs, untilUs, 'last_data_recv_ms', 'bytes_received');
}

function transferAfter(
  context: ExplainContext,
  id: number,
  sinceUs: number,
  untilUs: number,
  ago: 'last_data_sent_ms' | 'last_data_recv_ms',
  total: 'bytes_sent' | 'bytes_received',
): Transfer | undefined {
  const sample = context.sampleAt(id, untilUs);
  const agoMs = sample?.[ago];
  if (sample === undefined || agoMs === null || agoMs === undefined) return undefined;
  const lastUs = sample.at_us - agoMs * 1000;
  if (lastUs <= sinceUs + JIFFIES_US) return undefined;
  const before = context.sampleAt(id, sinceUs)?.[total];
  const after = sample[total];
  const isMost = before === null || before === undefined;
  const bytes = after === null ? undefined : after - (before ?? 0);
  return { lastUs, bytes, isMost, sample };
}

export function stillSends(connection: Connection, transfer: Transfer): Sentence {
  return sentence(
    words`It is half-closed and still transfers: ${ownerOf(connection)} sent ${bytesText(transfer)} since, last at ${at(transfer.lastUs)}.`,
    transferEvidence(connection, transfer),
  );
}

export function stillReceives(connection: Connection, transfer: Transfer): Sentence {
  return sentence(
    words`It is half-closed and still transfers: ${bytesText(transfer)} came from ${peerOf(connection)} since, last at ${at(transfer.lastUs)}.`,
    transferEvidence(connection, transfer),
  );
}

function bytesText({ bytes, isMost }: Transfer): string {
  return bytes === undefined ? 'data' : `${isMost ? 'up to ' : ''}${counted(bytes, 'byte')}`;
}

function transferEvidence({ id }: Connection, { sample }: Transfer): Evidence {
  const { at_us: atUs, bytes_sent, bytes_received } = sample;
  const values = { bytes_sent: bytes_sent ?? 'unknown', bytes_received: bytes_received ?? 'unknown' };
  return { kind: 'sample', connectionId: id, atUs, values };
}
