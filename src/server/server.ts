/** The server of the page: it only reads the database. */

import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { databaseSource } from './database-source.js';
import type { FleetDesk } from './fleet/fleet-desk.js';
import { fleetSource } from './fleet/fleet-source.js';
import { serverApp } from './http/app.js';
import { Guard } from './http/guard.js';
import { WEB_FILES } from './http/static-files.js';
import { bracketed, listening } from './listening.js';
import type { MetricsDesk } from './metrics/metrics-desk.js';

export interface ServeOptions {
  /** The database; not read where `fleet` is given. */
  readonly file: string;
  /** Many hosts instead of a database. */
  readonly fleet?: FleetDesk | undefined;
  readonly host: string;
  /** 0: any. */
  readonly port: number;
  readonly token: string;
  /** Names by which it may be called, besides those of loopback. */
  readonly hosts: readonly string[];
  /** Where the page is; default: where it is built. */
  readonly webFiles?: string;
  /** Answers scrapes; closed with the server. */
  readonly metrics?: MetricsDesk | undefined;
}

export interface RunningServer {
  /** `127.0.0.1:7070` */
  readonly address: string;
  close(): Promise<void>;
}

/** A browser opens six. */
const MOST_CONNECTIONS = 256;
/** A connection that has not sent the head of a request by then, or all of it, makes room for another one, milliseconds. */
const HEAD_MS = 5_000;
const REQUEST_MS = 30_000;
const CHECK_MS = 1_000;
/**
 * Starts to listen.
 * @throws SstoryError `port-taken`, `cannot-listen`
 */
export async function startServer(options: ServeOptions): Promise<RunningServer> {
  const { host, port, token, hosts } = options;
  const source = options.fleet === undefined ? databaseSource(options) : fleetSource(options.fleet);
  const app = serverApp({
    guard: new Guard({ token, hosts: [...hosts, bracketed(host)] }),
    ...{ source, webFiles: options.webFiles ?? WEB_FILES },
  });
  const server = createAdaptorServer({
    fetch: app.fetch,
    overrideGlobalObjects: false,
    serverOptions: { headersTimeout: HEAD_MS, requestTimeout: REQUEST_MS, connectionsCheckingInterval: CHECK_MS },
  }) as Server;
  server.maxConnections = MOST_CONNECTIONS;
  await listening(server, host, port);
  source.begin();
  const { port: bound } = server.address() as AddressInfo;
  return {
    address: `${bracketed(host)}:${bound}`,
    close: async () => {
      source.end();
      server.closeAllConnections();
      await source.ended();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
