/** Samples as messages of proto/sstory.proto, and back. */
import { OPTIONAL_FIELDS, OPTIONAL_NUMBERS, OPTIONAL_TEXTS, type Sample } from '../model/sample.js';
import { socketMemoryOf } from '../model/socket-memory.js';
import { TIMER_KINDS } from '../model/socket-row.js';
import { idOfConnection, oneOf, whole, wholeIfSet } from './checked-value.js';
import type { sstory } from './schema.js';

/** A field of a message that is not set is null. */
export function sampleMessage(sample: Sample): sstory.Sample.$Properties {
  const message: Record<string, unknown> = { ...sample };
  for (const field of OPTIONAL_FIELDS) message[field] ??= null;
  return message;
}

/** @throws Error that names the invalid field */
export function sampleOf(sample: sstory.Sample): Sample {
  const optional: Record<string, number | string | undefined> = {};
  for (const { column, field } of OPTIONAL_NUMBERS)
    optional[field] = wholeIfSet(column, sample[field] as number | null);
  for (const field of OPTIONAL_TEXTS) optional[field] = sample[field] ?? undefined;
  return {
    ...(optional as unknown as Sample),
    ...(sample.skmem == null ? {} : socketMemoryOf(sample.skmem)),
    connectionId: idOfConnection(sample.connectionId),
    atUs: whole('at_us', sample.atUs),
    recvQ: whole('recv_q', sample.recvQ),
    sendQ: whole('send_q', sample.sendQ),
    timer: oneOf('the timer of a sample', TIMER_KINDS, sample.timer),
    timerMs: whole('timer_ms', sample.timerMs),
    retrans: whole('retrans', sample.retrans),
  };
}
