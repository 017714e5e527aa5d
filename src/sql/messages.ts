/** The messages between the process that shows answers and the one that runs queries. */

import type { MarkedPlace } from '../model/marked-place.js';
import type { WireCell } from './cell.js';

export type Request =
  | { readonly kind: 'run'; readonly sql: string; readonly nowUs: number }
  /** The rows of one message were shown: the next can be sent. */
  | { readonly kind: 'shown' };

export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly place: MarkedPlace | undefined;
  readonly hint: string | undefined;
}

export type Reply =
  | { readonly kind: 'columns'; readonly columns: readonly string[] }
  | { readonly kind: 'rows'; readonly rows: readonly (readonly WireCell[])[] }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly failure: Failure };
