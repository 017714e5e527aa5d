import type { Server } from 'node:http';
import { SstoryError } from '../model/error.js';

/**
 * Resolves when a server listens.
 * @throws SstoryError `port-taken`, `cannot-listen`
 */
export function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(error, host, port)));
    server.listen(port, host, resolve);
  });
}

function cannotListen(error: NodeJS.ErrnoException, host: string, port: number): SstoryError {
  const address = `${bracketed(host)}:${port}`;
  if (error.code !== 'EADDRINUSE')
    return new SstoryError('cannot-listen', `cannot listen on ${address}: ${error.message}`);
  return new SstoryError('port-taken', `${address} is taken by another program`, {
    hint: `sstory url prints the address of a running server; --listen ${bracketed(host)}:0 takes any free port`,
    exitCode: 2,
  });
}

/** An address as a URL has it. */
export function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
