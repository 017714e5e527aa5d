import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileTrouble, usageError } from '../../model/error.js';
import { isLoopback, type ListenAddress } from './listen-address.js';

const BYTES = 24;
const LEAST_CHARACTERS = 16;
const TOKEN = /^[\w.~+/=-]+$/;

/** In the environment of a server that is started by another process, or again: links to it stay valid. */
export const TOKEN_VARIABLE = 'SSTORY_SERVE_TOKEN';

export function newToken(): string {
  return randomBytes(BYTES).toString('base64url');
}

/**
 * That of the file; without one, a new one.
 * @throws SstoryError `usage`: an address that others can reach needs a token that a person chose to give them
 */
export function tokenFor(address: ListenAddress, file: string | undefined): string {
  const given = process.env[TOKEN_VARIABLE];
  if (given !== undefined && isToken(given)) return given;
  if (file !== undefined) return tokenIn(file);
  if (isLoopback(address)) return newToken();
  const { host, port } = address;
  throw usageError(
    'usage',
    `--listen ${host}: other hosts can reach it, so it needs --token-file FILE`,
    `a tunnel is safer: ssh -L ${port}:127.0.0.1:${port} THIS_HOST, with --listen 127.0.0.1:${port} here`,
  );
}

function tokenIn(file: string): string {
  const token = firstLine(file);
  if (isToken(token)) return token;
  throw usageError(
    'usage',
    `--token-file ${file}: its first line is no token: ${LEAST_CHARACTERS} or more letters, digits and -_.~+/=`,
    `head -c 24 /dev/urandom | base64 > ${file}`,
  );
}

function isToken(text: string): boolean {
  return TOKEN.test(text) && text.length >= LEAST_CHARACTERS;
}

function firstLine(file: string): string {
  try {
    return (readFileSync(file, 'utf8').split('\n', 1)[0] ?? '').trim();
  } catch (error) {
    throw usageError('usage', `--token-file ${file}: ${fileTrouble(error)}`);
  }
}
