/** Sentences in plain words, each with the rows of the history that it is told from. */
import type { ConnectionEvent, Gap } from '../model/connection.js';
import type { NameRecord } from '../model/name.js';
import type { Step } from '../model/step.js';

/** A piece of a sentence: words, a moment, or a length of time, both in microseconds. How they are written is the view's. */
export type Piece = string | { readonly atUs: number } | { readonly spanUs: number };

/** A row of the history, or a count of such rows, that a sentence is told from. */
export type Evidence =
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
  | { readonly kind: 'count'; readonly of: string; readonly n: number; readonly fromUs: number; readonly toUs: number }
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

/** `1 connection`, `3 connections`. */
export function many(n: number, noun: string): string {
  return n === 1 ? `1 ${noun}` : `${n} ${noun}s`;
}

export function sentence(text: readonly Piece[], ...evidence: readonly Evidence[]): Sentence {
  return { text, evidence };
}

export function count(of: string, n: number, fromUs: number, toUs: number): Evidence {
  return { kind: 'count', of, n, fromUs, toUs };
}

/** `once`, `twice`, `7 times`. */
export function times(n: number): string {
  return n === 1 ? 'once' : n === 2 ? 'twice' : `${n} times`;
}
