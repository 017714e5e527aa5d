/** What a sentence of an explanation rests on. */
import { EVENT_KINDS } from '../../src/model/connection-event.js';
import { connectionId, gapKeys, nameKeys, notBeforeUs, source, state } from './parts.js';
import { anyOf, described, integer, listOf, object, oneOf, orNull, type Schema, text, us } from './shape.js';

const EVIDENCE: readonly Schema[] = [
  object({
    kind: { const: 'transition' },
    ...connectionId,
    index: described(integer, 'which of its transitions, from 1'),
    at_us: us,
    not_before_us: notBeforeUs,
    old_state: state,
    new_state: state,
    source,
  }),
  object({
    kind: { const: 'event' },
    connection_id: orNull(integer),
    at_us: us,
    event: oneOf(...EVENT_KINDS),
    detail: text,
  }),
  object({ kind: { const: 'connection' }, ...connectionId, at_us: us }),
  {
    ...object({ kind: { const: 'sample' }, ...connectionId, at_us: us }),
    additionalProperties: { type: ['string', 'number'], description: 'columns of the table samples' },
  },
  object({ kind: { const: 'count' }, of: text, n: integer, from_us: us, to_us: us }),
  object({ kind: { const: 'name' }, ...nameKeys }),
  object({ kind: { const: 'gap' }, ...gapKeys }),
];

/** Sentences whose rows are of one host. */
export const sentences = sentencesWith(anyOf(...EVIDENCE));

/** Of both ends: the rows of the other host name it. */
export const sentencesOfHosts = sentencesWith({
  allOf: [anyOf(...EVIDENCE), object({}, { host: described(text, 'the host whose row it is') })],
});

function sentencesWith(evidence: Schema): Schema {
  return listOf(object({ text: described(text, 'times in ISO 8601, UTC'), evidence: listOf(evidence) }));
}
