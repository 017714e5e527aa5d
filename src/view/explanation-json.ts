/** Explanations and troubles as objects of JSON. */

import type { Explanation, Trouble } from '../explain/explanation.js';
import type { Evidence, Piece, Sentence } from '../explain/sentence.js';
import { pluralOf } from '../model/counted.js';
import { jsonText } from '../model/printable.js';
import { shownState } from '../model/tcp-state.js';
import { durationText, isoTime } from '../model/time-text.js';
import type { Places } from '../query/places.js';
import { connectionFields, placeFields } from './connection-json.js';
import { gapFields } from './gap-text.js';
import { moreWords } from './more-command.js';

/** An explanation as one line of JSON: stable keys, times in microseconds since the epoch. */
export function explanationJson({ subject, troubles, sentences }: Explanation, places: Places): string {
  const { connection, state, since, ageUs, ended, atUs } = subject;
  return jsonText({
    type: 'explanation',
    connection_id: connection.id,
    at_us: atUs,
    at: isoTime(atUs),
    state: shownState(state),
    since_us: since?.atUs ?? null,
    since_not_before_us: since?.notBeforeUs ?? null,
    source: since?.source ?? null,
    in_state_us: ageUs,
    closed_us: ended?.atUs ?? null,
    close_reason: ended?.reason ?? null,
    ...connectionFields(connection),
    ...placeFields(places.during(connection, atUs)),
    pid: connection.pid ?? null,
    comm: connection.comm ?? null,
    troubles,
    sentences: sentences.map(sentenceJson),
  });
}

/** A trouble as one line of JSON: stable keys, times in microseconds since the epoch. */
export function troubleJson(trouble: Trouble, { namespaces }: Places): string {
  const { kind, severity, netns, subject, fromUs, toUs, count, sentences, exampleIds } = trouble;
  const { processes, peers, listeners } = trouble;
  return jsonText({
    type: 'trouble',
    kind,
    severity,
    netns,
    netns_name: namespaces.nameDuring(netns, fromUs, toUs) ?? null,
    subject,
    from_us: fromUs,
    to_us: toUs,
    count,
    connection_ids: exampleIds,
    processes,
    peers,
    listeners,
    more: moreWords(trouble, namespaces.nameDuring(netns, fromUs, toUs)),
    sentences: sentences.map(sentenceJson),
  });
}

export function sentenceJson({ text, evidence }: Sentence): object {
  return { text: sentenceText(text), evidence: evidence.map(evidenceJson) };
}

/** Times in UTC: the reader's time zone is unknown. */
function sentenceText(pieces: readonly Piece[]): string {
  return pieces
    .map((piece) => {
      if (typeof piece === 'string') return piece;
      return 'atUs' in piece ? isoTime(piece.atUs) : durationText(piece.spanUs);
    })
    .join('');
}

function evidenceJson(evidence: Evidence): object {
  const { host } = evidence;
  return { ...rowJson(evidence), ...(host === undefined ? {} : { host }) };
}

function rowJson(evidence: Evidence): object {
  switch (evidence.kind) {
    case 'transition': {
      const { connectionId, index, step } = evidence;
      return {
        kind: 'transition',
        connection_id: connectionId,
        index,
        at_us: step.atUs,
        not_before_us: step.notBeforeUs ?? null,
        old_state: shownState(step.oldState),
        new_state: shownState(step.newState),
        source: step.source,
      };
    }
    case 'event': {
      const { connectionId, atUs, kind, detail } = evidence.event;
      return { kind: 'event', connection_id: connectionId ?? null, at_us: atUs, event: kind, detail };
    }
    case 'connection':
      return { kind: 'connection', connection_id: evidence.connectionId, at_us: evidence.atUs };
    case 'sample':
      return { kind: 'sample', connection_id: evidence.connectionId, at_us: evidence.atUs, ...evidence.values };
    case 'count': {
      const { noun, which, n, fromUs, toUs } = evidence;
      const of = which === undefined ? pluralOf(noun) : `${pluralOf(noun)} ${which}`;
      return { kind: 'count', of, n, from_us: fromUs, to_us: toUs };
    }
    case 'name': {
      const { name, address, fromUs, toUs, source, netns, ended } = evidence.name;
      return {
        kind: 'name',
        name,
        address,
        from_us: fromUs,
        to_us: toUs ?? null,
        source,
        netns,
        ended: ended ?? null,
      };
    }
    case 'gap':
      return { kind: 'gap', ...gapFields(evidence.gap) };
  }
}
