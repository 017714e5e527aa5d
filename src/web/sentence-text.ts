/** Sentences of explanations, with their times as the clock of this browser shows them. */
import { counted } from '../model/counted.js';
import { printable } from '../model/printable.js';
import { localTime } from '../model/time-text.js';
import type { EvidenceLine } from './explained.js';

const ISO_TIME = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.(\d{1,6}))?Z/g;
const DATE_LENGTH = 11;

/** The sentence with local times; their day is left out where it is that of `dayUs`. */
export function localSentence(text: string, dayUs: number): string {
  return printable(text).replace(ISO_TIME, (iso, fraction: string | undefined) => {
    const seconds = Date.parse(`${iso.slice(0, 19)}Z`) * 1000;
    return timeOn(seconds + Number((fraction ?? '').padEnd(6, '0')), dayUs);
  });
}

/** A time, without its day where that is the day of `dayUs`. */
export function timeOn(us: number, dayUs: number): string {
  const text = localTime(us);
  return text.startsWith(localTime(dayUs).slice(0, DATE_LENGTH)) ? text.slice(DATE_LENGTH) : text;
}

/** A piece of evidence: when it was, and what. */
export interface EvidenceText {
  readonly atUs: number | undefined;
  readonly what: string;
  /** Of another connection than the one that is explained. */
  readonly connectionId: number | undefined;
}

/** What a piece of evidence says, without its time. */
export function evidenceText(evidence: EvidenceLine, dayUs: number): EvidenceText {
  const connectionId = number(evidence['connection_id']);
  const atUs = number(evidence['at_us']) ?? number(evidence['from_us']);
  return { atUs, connectionId, what: printable(whatOf(evidence, dayUs)) };
}

function whatOf(evidence: EvidenceLine, dayUs: number): string {
  switch (evidence.kind) {
    case 'transition': {
      const how = evidence['source'] === 'probe' ? '' : `, inferred (${evidence['source']})`;
      return `${evidence['old_state']} → ${evidence['new_state']}${how}`;
    }
    case 'event':
      return [evidence['event'], evidence['detail']].filter(Boolean).join(' ');
    case 'connection':
      return `connection #${evidence['connection_id']}`;
    case 'sample':
      return `sample: ${sampleValues(evidence)}`;
    case 'count': {
      const n = Number(evidence['n']);
      const of = String(evidence['of']);
      return `${n.toLocaleString('en')} ${n === 1 ? singular(of) : of}, until ${timeOn(Number(evidence['to_us']), dayUs)}`;
    }
    case 'name': {
      const to = number(evidence['to_us']);
      const end = to === undefined ? '' : `, until ${timeOn(to, dayUs)}`;
      const why = evidence['ended'] == null ? '' : ` (${evidence['ended']})`;
      return `name ${evidence['name']} = ${evidence['address']}, by ${evidence['source']}${end}${why}`;
    }
    case 'gap': {
      const lost = number(evidence['lost']);
      const what = lost === undefined ? 'unknown number of events' : counted(lost, 'event');
      return `gap: ${what} lost (${evidence['reason']})`;
    }
    default:
      return evidence.kind;
  }
}

/** `connection established to ...` of `connections established to ...`. */
function singular(of: string): string {
  return of.replace(/^([a-z]+?)(?:(?<=s|x|ch|sh)es|s)\b/i, '$1');
}

const KEYS_OF_A_SAMPLE = new Set(['kind', 'connection_id', 'at_us']);

function sampleValues(evidence: EvidenceLine): string {
  return Object.entries(evidence)
    .filter(([key]) => !KEYS_OF_A_SAMPLE.has(key))
    .map(([key, value]) => `${key} ${value}`)
    .join(', ');
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
