/** Explanations and troubles as wrapped text. */

import type { Explanation } from '../explain/explanation.js';
import type { Evidence, Piece, Sentence } from '../explain/sentence.js';
import { counted } from '../model/counted.js';
import { printable } from '../model/printable.js';
import { shownState } from '../model/tcp-state.js';
import { durationText, localTime } from '../model/time-text.js';
import type { Places } from '../query/places.js';
import { lossText } from './gap-text.js';
import { cgroupText, netnsText } from './place-text.js';
import { endsText, openerText } from './text.js';

export const INDENT = '  ';
const EVIDENCE_INDENT = '      ';
/** `2026-11-21 `: omitted for times on the day that the first line names. */
const DATE_LENGTH = 11;

/** How a moment is written. */
export type Moment = (us: number) => string;

/** The lines of one explanation, without a blank line after it. */
export function explanationLines(
  { subject, sentences }: Explanation,
  places: Pick<Places, 'during'>,
  width: number,
): string[] {
  const { connection, state, ageUs, ended, atUs } = subject;
  const was = state === 'UNCONN' ? 'never open' : `${shownState(state)} for ${durationText(ageUs)}`;
  const end = ended === undefined ? `at ${localTime(atUs)}` : `ended ${localTime(ended.atUs)}: ${ended.reason}`;
  const moment = momentsOf(ended?.atUs ?? atUs);
  const place = places.during(connection, atUs);
  const parts = cgroupText(place.cgroup);
  return [
    printable(
      `#${connection.id}  ${endsText(connection)}  ${openerText(connection)}  ${netnsText(connection.netns, place.netnsName)}  ${was}, ${end}`,
    ),
    ...(parts === '' ? [] : [`${INDENT}${parts}`]),
    ...sentences.flatMap((sentence) => sentenceLines(sentence, moment, width)),
  ];
}

/** Moments without their date where that is the day of `dayUs`. */
export function momentsOf(dayUs: number): Moment {
  const day = localTime(dayUs).slice(0, DATE_LENGTH);
  return (us) => {
    const text = localTime(us);
    return text.startsWith(day) ? text.slice(DATE_LENGTH) : text;
  };
}

/** A sentence, and below it its evidence in brackets. */
export function sentenceLines({ text, evidence }: Sentence, moment: Moment, width: number): string[] {
  const lines = wrapped(textOf(text, moment), width, INDENT, INDENT);
  if (evidence.length === 0) return lines;
  const bracketed = printable(`[${evidence.map((each) => evidenceText(each, moment)).join('; ')}]`);
  return [...lines, ...wrapped(bracketed, width, EVIDENCE_INDENT, `${EVIDENCE_INDENT} `)];
}

/** A sentence as one line, without its evidence. */
export function sentenceText({ text }: Pick<Sentence, 'text'>, moment: Moment): string {
  return textOf(text, moment);
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
  const text = rowText(evidence, moment);
  return evidence.host === undefined ? text : `${evidence.host}: ${text}`;
}

function rowText(evidence: Evidence, moment: Moment): string {
  switch (evidence.kind) {
    case 'transition': {
      const { connectionId, index, step } = evidence;
      const mark = step.source === 'probe' ? '' : `~${step.source} `;
      return `transition ${connectionId}.${index} ${shownState(step.oldState)} -> ${shownState(step.newState)} ${mark}at ${moment(step.atUs)}`;
    }
    case 'event':
      return `${evidence.event.kind} ${evidence.event.detail} at ${moment(evidence.event.atUs)}`;
    case 'connection':
      return `connection ${evidence.connectionId} at ${moment(evidence.atUs)}`;
    case 'sample': {
      const values = Object.entries(evidence.values).map(([name, value]) => `${name} ${value}`);
      return `sample of ${evidence.connectionId} at ${moment(evidence.atUs)}: ${values.join(', ')}`;
    }
    case 'count':
      return `${counted(evidence.n, evidence.noun)}${evidence.which === undefined ? '' : ` ${evidence.which}`}, ${moment(evidence.fromUs)} to ${moment(evidence.toUs)}`;
    case 'name': {
      const { name, address, fromUs, toUs, source, ended } = evidence.name;
      const end = toUs === undefined ? 'on' : `to ${moment(toUs)}${ended === undefined ? '' : ` (${ended})`}`;
      return `name ${name} = ${address}, ${source}, ${moment(fromUs)} ${end}`;
    }
    case 'gap':
      return `gap ${moment(evidence.gap.fromUs)} to ${moment(evidence.gap.toUs)}: ${lossText(evidence.gap)} (${evidence.gap.reason})`;
  }
}

export function wrapped(text: string, width: number, first: string, others: string): string[] {
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
