/** The server of the page: it only reads the database. */

import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { PREPARE, serverApp } from './http/app.js';
import { Guard } from './http/guard.js';
import { WEB_FILES } from './http/static-files.js';
import { bracketed, listening } from './listening.js';
import { MetricsDesk } from './metrics/metrics-desk.js';
import { AnswerPool } from './pool/answer-pool.js';
import { SqlDesk } from './sql/sql-desk.js';
import { Followers } from './stream/followers.js';
import { TraceDesk } from './trace/trace-desk.js';

export interface ServeOptions {
  readonly file: string;
  readonly host: string;
  /** 0: any. */
  readonly port: number;
  readonly token: string;
  /** Names by which it may be called, besides those of loopback. */
  readonly hosts: readonly string[];
  /** Where the page is; default: where it is built. */
  readonly webFiles?: string;
  /** Answers scrapes; closed with the server. */
  readonly metrics?: MetricsDesk;
}

export interface RunningServer {
  /** `127.0.0.1:7070` */
  readonly address: string;
  close(): Promise<void>;
}

const LIMIT_MS = 30_000;
/** A browser opens six. */
const MOST_CONNECTIONS = 256;
/** A connection that has not sent the head of a request by then, or all of it, makes room for another one, milliseconds. */
const HEAD_MS = 5_000;
const REQUEST_MS = 30_000;
const CHECK_MS = 1_000;
const QUICK_WORKERS = 2;
const SLOW_WORKERS = 2;
/** They use the index of a range. */
const INDEXED: ReadonlySet<string> = new Set(['prepare', 'overview', 'timeline', 'complete']);
const QUICK_GRACE_MS = 2_000;

/**
 * Starts to listen.
 * @throws SstoryError `port-taken`, `cannot-listen`
 */
export async function startServer(options: ServeOptions): Promise<RunningServer> {
  const { file, host, port, token, hosts } = options;
  const common = { file, withinMs: LIMIT_MS };
  const quick = new AnswerPool({ ...common, workers: QUICK_WORKERS, graceMs: QUICK_GRACE_MS, related: INDEXED });
  const slow = new AnswerPool({ ...common, workers: SLOW_WORKERS, graceMs: 0 });
  const sql = new SqlDesk(file);
  const followers = new Followers(file);
  const traces = new TraceDesk(file);
  const metrics = options.metrics ?? new MetricsDesk(file, []);
  const app = serverApp({
    guard: new Guard({ token, hosts: [...hosts, bracketed(host)] }),
    ...{ quick, slow, sql, followers, metrics, traces, webFiles: options.webFiles ?? WEB_FILES },
  });
  const server = createAdaptorServer({
    fetch: app.fetch,
    overrideGlobalObjects: false,
    serverOptions: { headersTimeout: HEAD_MS, requestTimeout: REQUEST_MS, connectionsCheckingInterval: CHECK_MS },
  }) as Server;
  server.maxConnections = MOST_CONNECTIONS;
  await listening(server, host, port);
  quick.warm(PREPARE);
  const { port: bound } = server.address() as AddressInfo;
  return {
    address: `${bracketed(host)}:${bound}`,
    close: async () => {
      for (const part of [quick, slow, sql, followers, traces]) part.close();
      server.closeAllConnections();
      await metrics.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
