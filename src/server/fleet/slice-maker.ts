import { fork } from 'node:child_process';
import { SstoryError } from '../../model/error.js';
import type { Failure } from '../contract.js';
import type { FleetSource } from './fleet-reader.js';
import type { MakeSlice } from './kept-slices.js';

const MODULE = new URL('./slice-process.js', import.meta.url);
/** How long it may take to read one, milliseconds. */
const LIMIT_MS = 60_000;

export interface SliceOrder extends FleetSource {
  readonly host: string;
  readonly machine: string;
  readonly file: string;
  readonly fromUs: number;
  readonly toUs: number;
  readonly path: string;
}

/** The last message of the process. */
export type SliceReply = { readonly kind: 'done' } | { readonly kind: 'failed'; readonly error: Failure['error'] };

/** Has slices written by a process for each: SQLite runs in the thread that calls it. */
export function sliceByProcess(source: FleetSource): MakeSlice {
  return async ({ host, machine, file }, { fromUs, toUs }, path) => {
    const order: SliceOrder = { ...source, host, machine, file, fromUs, toUs, path };
    const child = fork(MODULE, [], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const reply = await new Promise<SliceReply>((resolve) => {
      const late = setTimeout(() => {
        resolve({ kind: 'failed', error: TOO_LONG });
        child.kill('SIGKILL');
      }, LIMIT_MS);
      child.once('message', (message) => resolve(message as SliceReply));
      child.once('error', () => resolve({ kind: 'failed', error: STOPPED }));
      child.once('exit', () => {
        clearTimeout(late);
        resolve({ kind: 'failed', error: STOPPED });
      });
      child.send(order, () => undefined);
    });
    if (reply.kind === 'done') return;
    const { code, message, hint } = reply.error;
    throw new SstoryError(code, message, hint === undefined ? {} : { hint });
  };
}

const TOO_LONG: Failure['error'] = {
  code: 'too-long',
  message: `reading the history of the host took more than ${LIMIT_MS / 1_000} s, and was stopped`,
  hint: 'narrow the range',
};
const STOPPED: Failure['error'] = {
  code: 'stopped',
  message: 'the process that reads the history of the host ended: it may have run out of memory',
  hint: 'narrow the range',
};
