import { isIPv4, isIPv6 } from 'node:net';
import { usageError } from '../../model/error.js';

/** Where a server listens. */
export interface ListenAddress {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

const DEFAULT_PORT = 7_070;
export const DEFAULT_ADDRESS: ListenAddress = { host: '127.0.0.1', port: DEFAULT_PORT };

const ADDRESS = /^(\[[\da-f:.]+\]|[^:[\]]+)?(?::(\d{1,5}))?$/i;

/**
 * `127.0.0.1:7070`, `127.0.0.1`, `:7070`, `[::1]:7070`.
 * @throws SstoryError `bad-address`
 */
export function listenAddress(text: string, defaultPort = DEFAULT_PORT): ListenAddress {
  const [, host = DEFAULT_ADDRESS.host, port = `${defaultPort}`] = ADDRESS.exec(text) ?? [];
  const plain = host.replace(/^\[|\]$/g, '');
  const isAddress = isIPv4(plain) || isIPv6(plain) || plain === 'localhost';
  if (ADDRESS.test(text) && text !== '' && isAddress && Number(port) <= 65_535)
    return { host: plain, port: Number(port) };
  const examples = `for example 127.0.0.1:${defaultPort}, [::1]:${defaultPort}, 127.0.0.1:0`;
  throw usageError('bad-address', `invalid address "${text}"`, examples);
}

/** Only this host can reach it. */
export function isLoopback({ host }: ListenAddress): boolean {
  return host === '::1' || host === 'localhost' || (isIPv4(host) && host.startsWith('127.'));
}
