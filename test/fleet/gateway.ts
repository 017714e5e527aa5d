/**
 * ClickHouse's HTTP interface in front of its engine, with TLS and passwords, as far as the official client uses it. What a network
 * and a server can do to a request is done here: refuse, cut, repeat, delay, reorder, kill.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Certificate, selfSigned } from './certificate.js';
import { Engine } from './engine.js';
import { Reordering } from './reordering.js';

/** A request that the client sent. */
export interface GatewayRequest {
  /** The statement, without the rows of an insert. */
  readonly sql: string;
  readonly isInsert: boolean;
  readonly user: string;
  /** From the URL. */
  readonly settings: ReadonlyMap<string, string>;
  readonly token: string | undefined;
}

/**
 * - `refuse`: the connection is closed before anything is done
 * - `cut`: it is done, and the connection is closed before the answer
 * - `half`: only a half of the answer arrives
 * - `fail`: the server fails when it has answered a half
 * - `duplicate`: it is done twice
 * - `hold`: it is done after one that arrived later, or once all others are done
 * - `late`: the connection is closed before anything is done; it is done later all the same, after so many others or by
 *   `reordering.deliverLate`
 * - `kill`: the engine is killed while it works
 * - an error: as the server would report it, nothing is done
 * - a promise: it is done when that is resolved
 */
export type Fault =
  | 'refuse'
  | 'cut'
  | 'half'
  | 'fail'
  | 'duplicate'
  | 'hold'
  | { readonly late: number }
  | 'kill'
  | { readonly code: number; readonly type: string; readonly message: string }
  | Promise<unknown>;

/** A request as it is passed to the engine. */
interface Parsed {
  readonly sql: string;
  /** The rows of an insert. */
  readonly data: string;
  readonly url: URL;
  readonly settings: ReadonlyMap<string, string>;
}

export interface GatewayUser {
  readonly password: string;
  /** Statements that this user may run; undefined: all. */
  readonly may?: (request: GatewayRequest) => boolean;
}

export interface GatewayOptions {
  readonly users?: Readonly<Record<string, GatewayUser>>;
  readonly database?: string;
  readonly certificate?: Certificate;
}

const DATABASE = 'sstory';
const NO_MORE_PATIENCE_MS = 60_000;
/** http_max_uri_size of a server by default. */
const MOST_URI_BYTES = 1024 * 1024;
/** Parameters of the URL that are no settings. */
const NOT_SETTINGS = new Set(['query', 'query_id', 'database', 'session_id', 'role', 'default_format']);
/** Settings of the HTTP interface, which the engine does not know; and what only a server with other replicas or buffers does. */
const NOT_OF_THE_ENGINE =
  /^(?:wait_end_of_query|send_progress_in_http_headers|enable_http_compression|.*_in_http_.*|http_.*|async_insert.*|wait_for_async_insert.*)$/;
/** The engine has no users. */
const ROLES =
  /^\s*(?:CREATE|DROP|ALTER|GRANT|REVOKE)\s+(?:ROLE|USER|SETTINGS PROFILE|INSERT|SELECT|SHOW|CREATE|ALTER)\b(?!.*\bTABLE\b)/i;

export class Gateway {
  readonly port: number;
  readonly certificate: Certificate;
  readonly database: string;
  /** The requests that arrived, in order. */
  readonly requests: GatewayRequest[] = [];
  /** What happens to a request; undefined: it is answered. */
  fault: (request: GatewayRequest) => Fault | undefined = () => undefined;
  readonly reordering = new Reordering();
  private readonly users: Readonly<Record<string, GatewayUser>>;

  private constructor(
    private readonly server: Server,
    private readonly directory: string,
    private engine: Engine,
    options: GatewayOptions & { readonly certificate: Certificate },
  ) {
    this.port = (server.address() as AddressInfo).port;
    this.certificate = options.certificate;
    this.database = options.database ?? DATABASE;
    this.users = options.users ?? { sstory: { password: 'secret' } };
    server.on('request', (request, response) => void this.answer(request, response));
  }

  static async start(options: GatewayOptions = {}): Promise<Gateway> {
    const certificate = options.certificate ?? selfSigned();
    const directory = mkdtempSync(join(tmpdir(), 'sstory-gateway-'));
    const engine = await Engine.start(join(directory, 'data'));
    await engine.run(`CREATE DATABASE IF NOT EXISTS ${options.database ?? DATABASE}`);
    const server = createServer({ ...certificate, maxHeaderSize: MOST_URI_BYTES });
    server.requestTimeout = NO_MORE_PATIENCE_MS;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    writeFileSync(join(directory, 'cert.pem'), certificate.cert);
    return new Gateway(server, directory, engine, { ...options, certificate });
  }

  /** For `--fleet` and `--to`. */
  url(user = 'sstory'): string {
    return `https://${user}@localhost:${this.port}/${this.database}`;
  }

  /** The environment in which a program can use it. */
  environment(user = 'sstory'): Record<string, string> {
    return {
      SSTORY_FLEET_CA: join(this.directory, 'cert.pem'),
      SSTORY_FLEET_PASSWORD: this.users[user]?.password ?? '',
    };
  }

  /** Rows, past the wire. */
  rows<Row>(sql: string): Promise<Row[]> {
    return this.engine.rows(sql, [`USE ${this.database}`]);
  }

  /** A statement in its database, past the wire. */
  async run(sql: string): Promise<void> {
    await this.engine.run(sql, [`USE ${this.database}`]);
  }

  /** Kills the engine, and starts it over the same data. */
  async restart(): Promise<void> {
    await this.engine.stop();
    this.engine = await Engine.start(join(this.directory, 'data'));
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    await this.engine.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const url = new URL(request.url ?? '/', 'https://localhost');
      if (url.pathname === '/ping') return void response.end('Ok.\n');
      const body = await bodyOf(request);
      const user = this.userOf(request);
      if (user === undefined) {
        return refuse(response, 403, 516, 'AUTHENTICATION_FAILED', 'Authentication failed: password is incorrect');
      }
      await this.obey(response, url, body, user);
    } catch (error) {
      if (!response.headersSent) refuseWith(response, error);
      else response.destroy();
    }
  }

  private async obey(response: ServerResponse, url: URL, body: Buffer, user: string): Promise<void> {
    const inUrl = url.searchParams.get('query');
    const sql = inUrl ?? body.toString('utf8');
    const data = inUrl === null ? '' : body.toString('utf8');
    const settings = new Map([...url.searchParams].filter(([name]) => !NOT_SETTINGS.has(name)));
    const token = settings.get('insert_deduplication_token');
    const asked: GatewayRequest = { sql, isInsert: /^\s*INSERT\b/i.test(sql), user, settings, token };
    this.requests.push(asked);
    if (this.users[user]?.may?.(asked) === false) {
      return refuse(response, 403, 497, 'ACCESS_DENIED', `${user}: Not enough privileges`);
    }
    const fault = this.fault(asked);
    await this.reordering.pass(fault === 'hold', () => this.meet(fault, response, { sql, data, url, settings }));
  }

  private async meet(
    fault: Fault | undefined,
    response: ServerResponse,
    { sql, data, url, settings }: Parsed,
  ): Promise<void> {
    if (fault instanceof Promise) await fault;
    else if (fault === 'refuse') return void response.socket?.destroy();
    else if (typeof fault === 'object' && 'code' in fault)
      return refuse(response, 500, fault.code, fault.type, fault.message);
    const before = [`USE ${url.searchParams.get('database') ?? this.database}`, ...setStatements(settings)];
    const work = () =>
      ROLES.test(sql) ? Promise.resolve(new Uint8Array()) : this.engine.run(sql + rowsText(data), before);
    if (typeof fault === 'object' && 'late' in fault) {
      this.reordering.delay(fault.late, work);
      return void response.socket?.destroy();
    }
    if (fault === 'kill') {
      void work().catch(() => undefined);
      await this.restart();
      return void response.socket?.destroy();
    }
    const answer = await work();
    if (fault === 'duplicate') await work();
    if (fault === 'cut') return void response.socket?.destroy();
    response.setHeader('X-ClickHouse-Summary', '{}');
    const half = answer.subarray(0, Math.floor(answer.length / 2));
    if (fault === 'half') return void response.write(half, () => response.destroy());
    if (fault === 'fail') return void response.end(Buffer.concat([wholeLines(half), FAILURE]));
    response.end(answer);
  }

  private userOf({ headers }: IncomingMessage): string | undefined {
    const [, encoded = ''] = /^Basic (.+)$/.exec(headers.authorization ?? '') ?? [];
    const [name = '', ...password] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
    return this.users[name] !== undefined && this.users[name].password === password.join(':') ? name : undefined;
  }
}

const FAILURE = Buffer.from('Code: 241. DB::Exception: Memory limit (total) exceeded. (MEMORY_LIMIT_EXCEEDED)\n');

function wholeLines(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, bytes.lastIndexOf(10) + 1);
}

function rowsText(data: string): string {
  return data === '' ? '' : `\n${data}`;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const body = Buffer.concat(pieces);
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
}

/** Parameters of a query are settings whose names begin with `param_`. Their values are escaped as in TSV, and a literal once more. */
function setStatements(settings: ReadonlyMap<string, string>): string[] {
  return [...settings]
    .filter(([name]) => !NOT_OF_THE_ENGINE.test(name))
    .map(([name, value]) => `SET ${name} = '${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`);
}

function refuse(response: ServerResponse, status: number, code: number, type: string, message: string): void {
  response.writeHead(status, { 'X-ClickHouse-Exception-Code': String(code) });
  response.end(`Code: ${code}. DB::Exception: ${message}. (${type}) (version 26.7.2.1 (official build))\n`);
}

function refuseWith(response: ServerResponse, error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  const code = /Code: (\d+)/.exec(text)?.[1] ?? '1002';
  response.writeHead(500, { 'X-ClickHouse-Exception-Code': code });
  response.end(
    text.includes('DB::Exception') ? `${text}\n` : `Code: ${code}. DB::Exception: ${text}. (UNKNOWN_EXCEPTION)\n`,
  );
}
