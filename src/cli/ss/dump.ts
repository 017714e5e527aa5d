/** Files of sock_diag's answers, as `ss -D` writes them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileTrouble, SstoryError, writeTrouble } from '../../model/error.js';
import { type DiagRow, decodeDiagDump } from '../../snapshot/diag-row.js';
import { dumpRaw } from '../../snapshot/dump.js';
import { endOfMessage, NETLINK_HEADER, NLMSG_DONE } from '../../snapshot/netlink-messages.js';
import type { SsFlags } from './flags.js';
import { onePathOf } from './live-netns.js';
import { kernelStates, readSelection } from './selection.js';

/**
 * The sockets in a file that `ss -D` wrote.
 * @throws SstoryError `bad-dump`, naming the file and the byte at which it is invalid; `no-file` if it cannot be read
 */
export function readDump(file: string): DiagRow[] {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file === '-' ? 0 : file);
  } catch (error) {
    throw new SstoryError('no-file', `${file} cannot be read: ${fileTrouble(error)}`);
  }
  try {
    return decodeDiagDump(bytes);
  } catch (error) {
    if (!(error instanceof SstoryError)) throw error;
    throw new SstoryError(error.code, `${file}: ${error.message}`, error.options);
  }
}

/** struct nlmsghdr of NLMSG_DONE and its int: how a dump ends. */
const DONE_BYTES = NETLINK_HEADER + 4;

/** Writes the kernel's answer for the sockets that the flags and the filter's states select: both families as one dump. */
export async function writeDump(flags: SsFlags, file: string): Promise<void> {
  const selection = await readSelection(flags);
  const netnsPath = onePathOf(flags, '-D');
  const place = netnsPath === undefined ? {} : { netnsPath };
  const { bytes, starts } = dumpRaw({
    families: selection.families,
    eachFamily: true,
    states: kernelStates(selection),
    ...place,
  });
  const view = new DataView(bytes.buffer);
  const messages = starts.map((start) => bytes.subarray(start - NETLINK_HEADER, (endOfMessage(view, start) + 3) & ~3));
  const dump = Buffer.concat([...messages, doneMessage()]);
  if (file === '-') process.stdout.write(dump);
  else writeFile(file, dump);
}

function writeFile(file: string, dump: Uint8Array): void {
  try {
    writeFileSync(file, dump, { mode: 0o600 });
  } catch (error) {
    throw new SstoryError('no-file', `-D ${file}: cannot be written: ${writeTrouble(error)}`);
  }
}

function doneMessage(): Uint8Array {
  const message = new DataView(new ArrayBuffer(DONE_BYTES));
  message.setUint32(0, DONE_BYTES, true);
  message.setUint16(4, NLMSG_DONE, true);
  return new Uint8Array(message.buffer);
}
