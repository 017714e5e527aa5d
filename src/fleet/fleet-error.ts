import { ClickHouseError } from '@clickhouse/client';
import { messageOf, SstoryError } from '../model/error.js';
import { CA_VARIABLE, type FleetAddress, PASSWORD_FILE_VARIABLE, PASSWORD_VARIABLE } from './address.js';

/** Codes of ClickHouse: src/Common/ErrorCodes.cpp. */
const UNKNOWN_DATABASE = '81';
const NOT_ENOUGH_PRIVILEGES = '497';
/** A setting in readonly mode 1; mode 2 allows settings. */
const READONLY = '164';
const AUTHENTICATION_FAILED = '516';
const UNKNOWN_SETTING = '115';
/** How servers of before 2021 begin an error: the client does not know it as one. */
const OLD_ERROR = /^Code: \d+, e\.displayText\(\)/;
const NEEDED = 'ClickHouse 23.8 or later is needed';
const WRONG_PASSWORDS = ['192', '193', '194'];

/** How Node names failures of TLS: its own codes, and those of OpenSSL's verification. */
const TLS_CODE =
  /^(?:ERR_(?:TLS|SSL|OSSL)|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER)|EPROTO|HOSTNAME_MISMATCH)/;

/** An invalid line in an answer. */
export class BrokenAnswer extends Error {}

/** `Code: 241. DB::Exception: Memory limit exceeded. (MEMORY_LIMIT_EXCEEDED)` in the middle of an answer. */
const EXCEPTION = /Code: \d+\. DB::Exception: (?<reason>.*)/;

/** A request that failed, in one line that names the server. Errors that are known already are passed on. */
export function fleetError(error: unknown, { text, user, database }: FleetAddress): SstoryError {
  if (error instanceof SstoryError) return error;
  if (error instanceof ClickHouseError) return refusal(error, text, user, database);
  if (OLD_ERROR.test(messageOf(error)))
    return new SstoryError('fleet-too-old', `${text}: this ClickHouse is too old`, { hint: NEEDED, cause: error });
  if (error instanceof BrokenAnswer) {
    const reason = EXCEPTION.exec(error.message)?.groups?.['reason'];
    const what =
      reason === undefined
        ? `this is not an answer of ClickHouse: ${firstLine(error.message)}`
        : `it failed while it answered: ${firstLine(reason)}`;
    return new SstoryError('fleet-error', `${text}: ${what}`, { cause: error });
  }
  const code = codeOf(error);
  if (code !== undefined && TLS_CODE.test(code)) {
    return new SstoryError('fleet-tls', `${text}: TLS failed: ${messageOf(error)}`, {
      hint: `of a private authority: name the file of its certificate in ${CA_VARIABLE}`,
      cause: error,
    });
  }
  const reason = code === undefined ? firstLine(messageOf(error)) || 'no answer' : (REASONS[code] ?? code);
  return new SstoryError('fleet-unreachable', `${text} cannot be reached: ${reason}`, { cause: error });
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed',
  ENOTFOUND: 'unknown host name',
  EAI_AGAIN: 'the name could not be resolved',
  ETIMEDOUT: 'timed out',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'network unreachable',
};

function refusal(error: ClickHouseError, text: string, user: string, database: string): SstoryError {
  const { code } = error;
  const cause = { cause: error };
  if (code === AUTHENTICATION_FAILED || WRONG_PASSWORDS.includes(code)) {
    const hint = `the password comes from ${PASSWORD_VARIABLE} or ${PASSWORD_FILE_VARIABLE}`;
    return new SstoryError('fleet-refused', `${text}: wrong password, or unknown user "${user}"`, { hint, ...cause });
  }
  if (code === NOT_ENOUGH_PRIVILEGES) {
    const hint = 'sstory fleet init --print shows the roles and what they may do';
    return new SstoryError('fleet-refused', `${text}: ${user} may not do this: ${firstLine(error.message)}`, {
      hint,
      ...cause,
    });
  }
  if (code === READONLY && error.message.includes('Cannot modify')) {
    const hint = 'questions need a user with readonly = 2, as the role that sstory fleet init makes has it';
    return new SstoryError('fleet-refused', `${text}: ${firstLine(error.message)}`, { hint, ...cause });
  }
  if (code === UNKNOWN_DATABASE) {
    const hint = 'sstory fleet init makes it';
    return new SstoryError('fleet-schema', `${text}: there is no database ${database}`, { hint, ...cause });
  }
  const hint = code === UNKNOWN_SETTING ? { hint: NEEDED } : {};
  return new SstoryError('fleet-error', `${text}: ${firstLine(error.message)} (${error.type ?? code})`, {
    ...hint,
    ...cause,
  });
}

function codeOf(error: unknown): string | undefined {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code === 'string') return code;
  // Several addresses of a name were tried.
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return undefined;
}

const MOST_TEXT = 300;

function firstLine(text: string): string {
  const line = text.split('\n', 1)[0]?.trim().replace(/\.$/, '') ?? '';
  return line.length > MOST_TEXT ? `${line.slice(0, MOST_TEXT)}...` : line;
}
