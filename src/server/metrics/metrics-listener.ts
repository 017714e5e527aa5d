/** A listener for Prometheus alone: `--metrics ADDRESS:PORT`. It answers GET /metrics, and nothing else. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { METRICS_CONTENT_TYPE } from '../../view/prometheus/exposition.js';
import { Guard } from '../http/guard.js';
import { bracketed, listening } from '../listening.js';
import type { ScrapeSource } from './scrapes.js';

export interface MetricsListenerOptions {
  /** What answers; it is closed with the listener. */
  readonly source: ScrapeSource;
  readonly host: string;
  /** 0: any. */
  readonly port: number;
  /** What a scrape has to send as `Authorization: Bearer`; undefined: nothing, for loopback alone. */
  readonly token: string | undefined;
}

export interface MetricsListener {
  /** `127.0.0.1:9477` */
  readonly address: string;
  close(): Promise<void>;
}

/** A client that sends nothing, or does not read, is given up after this time, milliseconds. */
const IDLE_MS = 30_000;
const MOST_CONNECTIONS = 64;
const TEXT = 'text/plain; charset=utf-8';

/**
 * Starts to listen.
 * @throws SstoryError `port-taken`, `cannot-listen`
 */
export async function startMetricsListener(options: MetricsListenerOptions): Promise<MetricsListener> {
  const { source, host, port, token } = options;
  const guard = new Guard({ token: token ?? '', hosts: [bracketed(host)] });
  const server = createServer({ requestTimeout: IDLE_MS, headersTimeout: IDLE_MS }, (request, response) => {
    const refusal = refusalOf(request, guard, token !== undefined);
    if (refusal === undefined) void answer(source, response);
    else reply(response, refusal);
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.setTimeout(IDLE_MS);
  await listening(server, host, port);
  const { port: bound } = server.address() as AddressInfo;
  return { address: `${bracketed(host)}:${bound}`, close: () => close(server, source) };
}

interface Reply {
  readonly status: number;
  readonly text: string;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function refusalOf(
  { method, url = '', headers }: IncomingMessage,
  guard: Guard,
  needsToken: boolean,
): Reply | undefined {
  const { host, origin, authorization } = headers;
  // A token that a page cannot know makes its name unimportant: Prometheus calls this host by any.
  const why = needsToken ? undefined : guard.misdirected({ host, origin, authorization, site: undefined });
  if (why !== undefined) return { status: 403, text: 'unknown host: call it by its address\n' };
  if (url.split('?', 1)[0] !== '/metrics') return { status: 404, text: 'not found: metrics are at /metrics\n' };
  if (method !== 'GET' && method !== 'HEAD')
    return { status: 405, text: 'GET only\n', headers: { Allow: 'GET, HEAD' } };
  if (needsToken && !guard.isKnown({ host, origin, authorization, site: undefined }))
    return { status: 401, text: 'the token is missing or wrong\n', headers: { 'WWW-Authenticate': 'Bearer' } };
  return undefined;
}

async function answer(source: ScrapeSource, response: ServerResponse): Promise<void> {
  const scraped = await source.scrape();
  if (scraped.kind === 'text') reply(response, { status: 200, text: scraped.text, type: METRICS_CONTENT_TYPE });
  else reply(response, { status: scraped.status, text: `${scraped.body.error.message}\n` });
}

function reply(response: ServerResponse, { status, text, type = TEXT, headers = {} }: Reply): void {
  response.writeHead(status, {
    ...{ 'Content-Type': type, 'Content-Length': Buffer.byteLength(text), 'Cache-Control': 'no-store' },
    ...{ 'X-Content-Type-Options': 'nosniff', ...headers },
  });
  response.end(text);
}

async function close(server: Server, source: ScrapeSource): Promise<void> {
  server.closeAllConnections();
  await Promise.all([new Promise((resolve) => server.close(resolve)), source.close()]);
}
