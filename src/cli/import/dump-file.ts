/** A file that `ss -D` wrote, read and checked before it is imported. */

import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { fileTrouble, SstoryError, usageError } from '../../model/error.js';
import type { SocketRow } from '../../model/socket-row.js';
import { localTime } from '../../model/time-text.js';
import { decodeDiagDump } from '../../snapshot/diag-row.js';

export interface DumpFile {
  /** Its name as typed. */
  readonly file: string;
  /** When the dump was taken, microseconds since the epoch. */
  readonly atUs: number;
  /** When the file was last modified; undefined for the standard input. */
  readonly modifiedUs: number | undefined;
  /** SHA-256 of its bytes, hexadecimal. */
  readonly digest: string;
  readonly rows: readonly SocketRow[];
}

export interface DumpTimes {
  /** The value of --time. */
  readonly atUs: number | undefined;
  readonly nowUs: number;
}

const STDIN = '-';
/** A file system may round a time up by this much, microseconds. */
const CLOCK_SLACK_US = 1_000_000;

/** @throws SstoryError `no-file`, `bad-dump`, and usage errors about the time */
export function readDumpFile(file: string, { atUs, nowUs }: DumpTimes): DumpFile {
  if (file === STDIN && atUs === undefined) {
    throw usageError('no-time', 'a dump on standard input has no time', 'give the time it was taken: --time TIME');
  }
  const { bytes, modifiedUs } = readWhole(file);
  const takenUs = atUs ?? modifiedUs ?? nowUs;
  if (takenUs > nowUs + CLOCK_SLACK_US) {
    throw usageError(
      'future',
      `${file}: ${localTime(takenUs)} is in the future`,
      'give the time it was taken: --time TIME',
    );
  }
  return { file, atUs: takenUs, modifiedUs, digest: sha256(bytes), rows: rowsOf(file, bytes) };
}

function readWhole(file: string): { bytes: Uint8Array; modifiedUs: number | undefined } {
  try {
    if (file === STDIN) return { bytes: readFileSync(0), modifiedUs: undefined };
    const { mtimeNs } = statSync(file, { bigint: true });
    return { bytes: readFileSync(file), modifiedUs: Number(mtimeNs / 1000n) };
  } catch (error) {
    throw new SstoryError('no-file', `${file} cannot be read: ${fileTrouble(error)}`);
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function rowsOf(file: string, bytes: Uint8Array): SocketRow[] {
  try {
    const rows = decodeDiagDump(bytes);
    for (const [index, row] of rows.entries()) checkNumbers(row, index);
    return rows;
  } catch (error) {
    if (!(error instanceof SstoryError)) throw error;
    throw new SstoryError(error.code, `${file}: ${error.message}`, error.options);
  }
}

/** The database holds integers that fit a double; no kernel counter grows beyond that in practice. */
function checkNumbers(row: SocketRow, index: number): void {
  const { info } = row;
  const wide = {
    cookie: row.cookie,
    cgroup: row.cgroup,
    'bytes sent': info?.bytesSent,
    'bytes acknowledged': info?.bytesAcked,
    'bytes received': info?.bytesReceived,
    'delivery rate': info?.deliveryRate,
  };
  for (const [name, value] of Object.entries(wide)) {
    if (value === undefined || Number.isSafeInteger(value)) continue;
    throw new SstoryError('bad-dump', `not a dump from a kernel: ${name} of socket ${index + 1} is ${value}`, {
      hint: 'ss -D FILE writes one',
    });
  }
}
