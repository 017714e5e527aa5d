import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIPv4, isIPv6 } from 'node:net';
import { fileTrouble, usageError } from '../../model/error.js';
import { startServer } from '../../server/server.js';
import { openForReading } from '../../store/database.js';
import { argument, declaredCommand } from '../command.js';
import { DEFAULT_DATABASE } from '../default-database.js';
import { interruptible } from '../output/interruption.js';
import { say } from '../output/say.js';
import { SUMMARIES } from '../summaries.js';

interface ServeOptions {
  readonly db: string;
  readonly listen: ListenAddress;
  readonly allowHost: readonly string[];
  readonly tokenFile?: string;
}

interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

const DEFAULT_PORT = 7_070;
const TOKEN_BYTES = 24;

/** `sstory serve`: the page. */
export const run = declaredCommand<ServeOptions>({
  name: 'serve',
  summary: SUMMARIES.serve,
  declare: (parser) =>
    parser
      .option('--db <file>', 'the database', DEFAULT_DATABASE)
      .option('--listen <address>', 'ADDRESS:PORT, ADDRESS or :PORT; port 0 is any free one', argument(listenAddress), {
        host: '127.0.0.1',
        port: DEFAULT_PORT,
      })
      .option('--allow-host <name>', 'also answer to this host name; may be repeated', collected, [])
      .option('--token-file <file>', 'the token is the first line of this file, instead of a new one'),
  async run({ db, listen, allowHost, tokenFile }) {
    const token = tokenOf(listen, tokenFile);
    openForReading(db).close();
    const server = await startServer({ file: db, ...listen, token, hosts: allowHost });
    process.stdout.write(`http://${server.address}/#token=${token}\n`);
    say(`serving ${db}; Ctrl-C ends it`);
    await interruptible((asked) => new Promise<void>((resolve) => asked.addEventListener('abort', () => resolve())));
    await server.close();
    return 0;
  },
});

function collected(name: string, names: readonly string[]): readonly string[] {
  return [...names, name];
}

/** @throws SstoryError `usage`: another address than that of loopback needs a token that does not change. */
function tokenOf({ host, port }: ListenAddress, file: string | undefined): string {
  if (file !== undefined) return tokenIn(file);
  if (isLoopback(host)) return randomBytes(TOKEN_BYTES).toString('base64url');
  throw usageError(
    'usage',
    `--listen ${host}: other hosts can reach it, so it needs --token-file FILE`,
    `from another host, a tunnel is safer: ssh -L ${port}:127.0.0.1:${port} HOST, with --listen 127.0.0.1:${port} here`,
  );
}

const LEAST_TOKEN = 16;

function tokenIn(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw usageError('usage', `--token-file ${file}: ${fileTrouble(error)}`);
  }
  const [token = ''] = text.split('\n', 1);
  if (/^[\w.~+/=-]+$/.test(token.trim()) && token.trim().length >= LEAST_TOKEN) return token.trim();
  throw usageError(
    'usage',
    `--token-file ${file}: its first line is no token: ${LEAST_TOKEN} or more letters, digits and -_.~+/=`,
    `head -c 24 /dev/urandom | base64 > ${file}`,
  );
}

function isLoopback(host: string): boolean {
  return host === '::1' || host === 'localhost' || (isIPv4(host) && host.startsWith('127.'));
}

/** @throws SstoryError `bad-address` */
function listenAddress(text: string): ListenAddress {
  const [, host = '127.0.0.1', port = `${DEFAULT_PORT}`] =
    /^(\[[\da-f:.]+\]|[^:[\]]+)?(?::(\d{1,5}))?$/i.exec(text) ?? [];
  const plain = host.replace(/^\[|\]$/g, '');
  const isAddress = isIPv4(plain) || isIPv6(plain) || plain === 'localhost';
  if (text !== '' && isAddress && Number(port) <= 65_535) return { host: plain, port: Number(port) };
  throw usageError('bad-address', `invalid address "${text}"`, 'for example 127.0.0.1:7070, [::1]:7070, 127.0.0.1:0');
}
