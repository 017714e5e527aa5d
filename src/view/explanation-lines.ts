/** Explanations and troubles as wrapped text, or as objects of JSON. */

import { shownState } from '../model/tcp-state.js';
import type { Evidence, Explanation, Piece, Sentence, Trouble } from '../query/index.js';
import { printable } from './log-line.js';
import { durationText, isoTime, localTime } from './time.js';
import { endsText } from './timeline-block.js';

const INDENT = '  ';
const EVIDENCE_INDENT = '      ';
/** `2026-11-21 `: left out of times of the day that the head line names. */
const DATE_LENGTH = 11;

/** How a moment is written. */
type Moment = (us: number) => string;

/** The lines of one explanation, without a blank line after it. */
export function explanationLines({ subject, sentences }: Explanation, width: number): string[] {
  const { connection, state, ageUs, ended, atUs } = subject;
  const who = connection.pid === undefined ? '-' : `${printable(connection.comm ?? '?')}[${connection.pid}]`;
  const was = state === 'UNCONN' ? 'never open' : `${shownState(state)} for ${durationText(ageUs)}`;
  const end = ended === undefined ? `at ${localTime(atUs)}` : `ended ${localTime(ended.atUs)}: ${ended.reason}`;
  const moment = momentsOf(ended?.atUs ?? atUs);
  return [
    `#${connection.id}  ${endsText(connection)}  ${who}  netns ${connection.netns}  ${was}, ${end}`,
    ...sentences.flatMap((sentence) => sentenceLines(sentence, moment, width)),
  ];
}

/** The lines of one trouble, without a blank line after it. */
export function troubleLines(trouble: Trouble, width: number): string[] {
  const { kind, subject, netns, count, fromUs, toUs, sentences, exampleIds } = trouble;
  const moment = momentsOf(toUs);
  const examples = exampleIds.length === 0 ? '' : `, for example ${exampleIds.map((id) => `#${id}`).join(' ')}`;
  return [
    `${kind.toUpperCase()}  ${printable(subject)}  netns ${netns}`,
    `${INDENT}${count} in all, from ${localTime(fromUs)} to ${moment(toUs)}${examples}`,
    ...sentences.flatMap((sentence) => sentenceLines(sentence, moment, width)),
  ];
}

function momentsOf(dayUs: number): Moment {
  const day = localTime(dayUs).slice(0, DATE_LENGTH);
  return (us) => {
    const text = localTime(us);
    return text.startsWith(day) ? text.slice(DATE_LENGTH) : text;
  };
}

function sentenceLines({ text, evidence }: Sentence, moment: Moment, width: number): string[] {
  const lines = wrapped(textOf(text, moment), width, INDENT, INDENT);
  if (evidence.length === 0) return lines;
  const told = `[${evidence.map((each) => evidenceText(each, moment)).join('; ')}]`;
  return [...lines, ...wrapped(told, width, EVIDENCE_INDENT, `${EVIDENCE_INDENT} `)];
}

function textOf(pieces: readonly Piece[], moment: Moment): string {
  return pieces
    .map((piece) => {
      if (typeof piece === 'string') return printable(piece);
      return 'atUs' in piece ? moment(piece.atUs) : durationText(piece.spanUs);
    })
    .join('');
}

function evidenceText(evidence: Evidence, moment: Moment): string {
  switch (evidence.kind) {
    case 'transition': {
      const { connectionId, index, step } = evidence;
      const mark = step.source === 'probe' ? '' : `~${step.source} `;
      return `transition ${connectionId}.${index} ${shownState(step.oldState)} -> ${shownState(step.newState)} ${mark}at ${moment(step.atUs)}`;
    }
    case 'event':
      return `${evidence.event.kind} ${printable(evidence.event.detail)} at ${moment(evidence.event.atUs)}`;
    case 'connection':
      return `connection ${evidence.connectionId} at ${moment(evidence.atUs)}`;
    case 'sample': {
      const values = Object.entries(evidence.values).map(([name, value]) => `${name} ${value}`);
      return `sample of ${evidence.connectionId} at ${moment(evidence.atUs)}: ${values.join(', ')}`;
    }
    case 'count':
      return `${evidence.n} ${evidence.of}, ${moment(evidence.fromUs)} to ${moment(evidence.toUs)}`;
    case 'name': {
      const { name, address, fromUs, toUs, source, ended } = evidence.name;
      const end = toUs === undefined ? 'still' : `to ${moment(toUs)}${ended === undefined ? '' : ` (${ended})`}`;
      return `name ${name} = ${address}, ${source}, ${moment(fromUs)} ${end}`;
    }
    case 'gap':
      return `gap ${moment(evidence.gap.fromUs)} to ${moment(evidence.gap.toUs)}: ${evidence.gap.reason}, lost ${evidence.gap.lost ?? 'unknown'}`;
  }
}

function wrapped(text: string, width: number, first: string, others: string): string[] {
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(' ')) {
    if (line.trim() !== '' && line.length + word.length + 1 > width) {
      lines.push(line);
      line = others + word;
    } else line += line.trim() === '' ? word : ` ${word}`;
  }
  return [...lines, line];
}

/** An explanation as one line of JSON: stable keys, times in microseconds since the epoch. */
export function explanationJson({ subject, troubles, sentences }: Explanation): string {
  const { connection, state, since, ageUs, ended, atUs } = subject;
  const { tuple } = connection;
  return JSON.stringify({
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
    netns: connection.netns,
    family: tuple.family,
    local_addr: tuple.localAddr,
    local_port: tuple.localPort,
    remote_addr: tuple.remoteAddr,
    remote_port: tuple.remotePort,
    pid: connection.pid ?? null,
    comm: connection.comm ?? null,
    troubles,
    sentences: sentences.map(sentenceJson),
  });
}

/** A trouble as one line of JSON: stable keys, times in microseconds since the epoch. */
export function troubleJson(trouble: Trouble): string {
  const { kind, severity, netns, subject, fromUs, toUs, count, sentences, exampleIds } = trouble;
  return JSON.stringify({
    type: 'trouble',
    kind,
    severity,
    netns,
    subject,
    from_us: fromUs,
    to_us: toUs,
    count,
    connection_ids: exampleIds,
    sentences: sentences.map(sentenceJson),
  });
}

function sentenceJson({ text, evidence }: Sentence): object {
  return { text: jsonText(text), evidence: evidence.map(evidenceJson) };
}

/** Times in UTC, since nobody knows where it is read. */
function jsonText(pieces: readonly Piece[]): string {
  return pieces
    .map((piece) => {
      if (typeof piece === 'string') return piece;
      return 'atUs' in piece ? isoTime(piece.atUs) : durationText(piece.spanUs);
    })
    .join('');
}

function evidenceJson(evidence: Evidence): object {
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
    case 'count':
      return { kind: 'count', of: evidence.of, n: evidence.n, from_us: evidence.fromUs, to_us: evidence.toUs };
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
    case 'gap': {
      const { fromUs, toUs, cpu, lost, reason } = evidence.gap;
      return { kind: 'gap', from_us: fromUs, to_us: toUs, cpu: cpu ?? null, lost: lost ?? null, reason };
    }
  }
}
