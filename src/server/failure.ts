/** Why a request failed, as the page shows it. */
import { messageOf, SstoryError } from '../model/error.js';
import { printable } from '../model/printable.js';
import { isOfTheFile } from '../store/store-error.js';
import type { Failure } from './contract.js';

export interface FailedAnswer {
  /** Of HTTP. */
  readonly status: FailureStatus;
  readonly body: Failure;
}

export type FailureStatus = 400 | 404 | 413 | 500 | 503;

/** By the code of the error; others are about what was asked: 400. */
const STATUS_OF_CODE: Readonly<Record<string, FailureStatus>> = {
  'no-connection': 404,
  empty: 404,
  'no-document': 404,
  'too-long': 503,
  busy: 503,
  stopped: 503,
  'too-large': 413,
  'no-database': 503,
  'not-a-file': 503,
  'not-a-database': 503,
  'newer-schema': 503,
  'older-schema': 503,
  'cannot-open': 503,
  'query-process': 503,
  damaged: 500,
  'no-host': 404,
  'fleet-unreachable': 503,
  'fleet-refused': 503,
  'fleet-schema': 503,
  'fleet-tls': 503,
  'fleet-error': 503,
  'bad-fleet-url': 503,
  'no-file': 503,
};

/** The answer to a request that failed: message, hint and place as the command prints them. What is no SstoryError is a bug or of the file. */
export function failedAnswer(error: unknown): FailedAnswer {
  if (error instanceof SstoryError) return { status: STATUS_OF_CODE[error.code] ?? 400, body: failureOf(error) };
  const ofFile = isOfTheFile(error);
  const what = ofFile ? 'the database cannot be used' : 'internal error';
  const message = printable(`${what}: ${messageOf(error)}`);
  return { status: ofFile ? 503 : 500, body: { error: { code: ofFile ? 'unusable-file' : 'internal', message } } };
}

function failureOf({ code, message, hint, options: { place } }: SstoryError): Failure {
  return {
    error: {
      code,
      message: printable(message),
      ...(hint === undefined ? {} : { hint: printable(hint) }),
      ...(place === undefined ? {} : { place: placeOf(place) }),
    },
  };
}

/** The carets of a marked place, as numbers. */
function placeOf([input, carets]: readonly [text: string, carets: string]) {
  const at = Math.max(0, carets.indexOf('^'));
  return { input, at, length: Math.max(1, carets.length - at) };
}
