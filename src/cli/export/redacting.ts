/** `--redact`: addresses are replaced and names left out, for a history that is given to others. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { fileTrouble, SstoryError, usageError } from '../../model/error.js';
import type { HistoryRow } from '../../query/history-rows.js';
import { AddressPermutation } from '../../query/redaction/address-permutation.js';
import { redactedRow } from '../../query/redaction/redaction.js';

export interface RedactOptions {
  readonly redact?: boolean;
  readonly redactKeyFile?: string;
}

const KEY_BYTES = 32;
/** A shorter key can be guessed. */
const FEWEST_KEY_BYTES = 16;

/** Adds the options of RedactOptions. */
export function redactOptions(parser: Command): Command {
  return parser
    .option('--redact', 'replace addresses by others, and leave out names, commands and cgroups, to give it to others')
    .option('--redact-key-file <file>', 'with this secret key, so that several exports agree; default: a random one');
}

/**
 * How addresses are replaced; undefined: they are not.
 * @throws SstoryError `no-redact`, `short-key` (exit code 2), `no-file`
 */
export function addressesOf({ redact, redactKeyFile: file }: RedactOptions): AddressPermutation | undefined {
  if (redact !== true && file !== undefined) throw usageError('no-redact', '--redact-key-file needs --redact');
  return redact === true
    ? new AddressPermutation(file === undefined ? randomBytes(KEY_BYTES) : keyIn(file))
    : undefined;
}

function keyIn(file: string): Uint8Array {
  let key: Uint8Array;
  try {
    key = readFileSync(file);
  } catch (cause) {
    throw new SstoryError('no-file', `${file} cannot be read: ${fileTrouble(cause)}`, {
      hint: `make a key: head -c ${KEY_BYTES} /dev/urandom > FILE`,
      cause,
    });
  }
  if (key.length >= FEWEST_KEY_BYTES) return key;
  throw usageError('short-key', `${file} has ${key.length} bytes: a key needs at least ${FEWEST_KEY_BYTES}`);
}

/** The rows as they are written. */
export function* redacted(
  rows: Iterable<HistoryRow>,
  addresses: AddressPermutation | undefined,
): Generator<HistoryRow, void, undefined> {
  for (const row of rows) {
    const written = addresses === undefined ? row : redactedRow(row, addresses);
    if (written !== undefined) yield written;
  }
}

/** What an export says of its filter: the words may have addresses. */
export function filterText(filter: string | undefined, { redact }: RedactOptions): string | undefined {
  return filter !== undefined && redact === true ? 'a filter' : filter;
}
