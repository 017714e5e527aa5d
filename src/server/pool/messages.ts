/** What the server and the processes that answer say to each other. */
import type { FailedAnswer } from '../failure.js';
import type { Parameters, SliceOf } from '../query.js';

/** What is asked: the path below /api/. */
export interface Question {
  readonly route: string;
  readonly parameters: Parameters;
  /** What the database is a slice of. */
  readonly slice?: SliceOf | undefined;
  /** What a person should know about the answer, and the database does not show. */
  readonly notes?: readonly string[];
}

/** `taken`: a piece of the answer was taken, there is room for another one. */
export type Request = ({ readonly kind: 'ask' } & Question) | { readonly kind: 'taken' };

/** `ready`, the first one: it can be asked. `text`: a piece of the answer. */
export type Reply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'done' }
  | ({ readonly kind: 'failed' } & FailedAnswer);
