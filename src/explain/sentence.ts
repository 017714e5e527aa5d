/** Sentences, each with the rows of the history that it rests on. */

import type { ConnectionEvent } from '../model/connection-event.js';
import type { Gap } from '../model/gap.js';
import type { NameRecord } from '../model/name.js';
import type { Step } from '../model/step.js';

/** A piece of a sentence: words, a moment, or a length of time, both in microseconds. The view decides how they are written. */
export type Piece = string | { readonly atUs: number } | { readonly spanUs: number };

/** A row of the history, or a count of such rows, that a sentence rests on; of many hosts with the name of the host. */
export type Evidence = EvidenceRow & { readonly host?: string };

type EvidenceRow =
  /** `index`: which of the connection's transitions it is, from 1. */
  | { readonly kind: 'transition'; readonly connectionId: number; readonly index: number; readonly step: Step }
  | { readonly kind: 'event'; readonly event: ConnectionEvent }
  | { readonly kind: 'connection'; readonly connectionId: number; readonly atUs: number }
  | {
      readonly kind: 'sample';
      readonly connectionId: number;
      readonly atUs: number;
      readonly values: Readonly<Record<string, string | number>>;
    }
  /** So many of a noun (in the singular), and which of them: `socket`, `in CLOSE-WAIT`. */
  | {
      readonly kind: 'count';
      readonly noun: string;
      readonly which: string | undefined;
      readonly n: number;
      readonly fromUs: number;
      readonly toUs: number;
    }
  | { readonly kind: 'name'; readonly name: NameRecord }
  | { readonly kind: 'gap'; readonly gap: Gap };

export interface Sentence {
  readonly text: readonly Piece[];
  readonly evidence: readonly Evidence[];
}

/** ``words`SYN sent at ${at(us)}` ``: the pieces of a sentence. */
export function words(
  strings: TemplateStringsArray,
  ...values: readonly (Piece | number | readonly Piece[])[]
): Piece[] {
  const pieces: Piece[] = [];
  strings.forEach((text, index) => {
    if (text !== '') pieces.push(text);
    const value = values[index];
    if (value === undefined) return;
    if (Array.isArray(value)) pieces.push(...(value as readonly Piece[]));
    else pieces.push(typeof value === 'number' ? String(value) : (value as Piece));
  });
  return pieces;
}

export function at(us: number): Piece {
  return { atUs: us };
}

export function lasting(us: number): Piece {
  return { spanUs: Math.max(0, us) };
}

export function sentence(text: readonly Piece[], ...evidence: readonly Evidence[]): Sentence {
  return { text, evidence };
}

/** `count('socket', 3, fromUs, toUs, 'in CLOSE-WAIT')`: so many rows in a period. */
export function count(noun: string, n: number, fromUs: number, toUs: number, which?: string): Evidence {
  return { kind: 'count', noun, which, n, fromUs, toUs };
}

/** `once`, `twice`, `7 times`. */
export function times(n: number): string {
  return n === 1 ? 'once' : n === 2 ? 'twice' : `${n} times`;
}

/** Rows of another host than the one that is explained. */
export function ofHost(host: string, evidence: readonly Evidence[]): Evidence[] {
  return evidence.map((each) => ({ ...each, host }));
}
