/** The server of the page: it only reads the database. */

import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { serverApp } from './http/app.js';
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
const QUICK_WORKERS = 2;
const SLOW_WORKERS = 2;
const QUICK_GRACE_MS = 2_000;

/**
 * Starts to listen.
 * @throws SstoryError `port-taken`, `cannot-listen`
 */
export async function startServer(options: ServeOptions): Promise<RunningServer> {
  const { file, host, port, token, hosts } = options;
  const pool = (workers: number, graceMs: number) => new AnswerPool({ file, workers, graceMs, withinMs: LIMIT_MS });
  const quick = pool(QUICK_WORKERS, QUICK_GRACE_MS);
  const slow = pool(SLOW_WORKERS, 0);
  const sql = new SqlDesk(file);
  const followers = new Followers(file);
  const traces = new TraceDesk(file);
  const metrics = options.metrics ?? new MetricsDesk(file, []);
  const app = serverApp({
    guard: new Guard({ token, hosts: [...hosts, bracketed(host)] }),
    ...{ quick, slow, sql, followers, metrics, traces, webFiles: options.webFiles ?? WEB_FILES },
  });
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server;
  server.maxConnections = MOST_CONNECTIONS;
  await listening(server, host, port);
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
