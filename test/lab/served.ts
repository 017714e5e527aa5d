import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { basename, dirname } from 'node:path';
import { execa } from 'execa';
import { MAIN } from './sstory.js';

const start = (cwd: string, words: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  execa(process.execPath, [MAIN, 'serve', ...words], { reject: false, stdin: 'ignore', cwd, env });
const WITHIN_MS = 20_000;

export interface Response {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface RequestOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Without the token. */
  readonly anonymous?: boolean;
}

/** A running `sstory serve`. */
export class Served implements AsyncDisposable {
  private constructor(
    /** As it was printed. */
    readonly url: string,
    private readonly child: ReturnType<typeof start>,
  ) {}

  /** Starts it on any free port, and waits until it prints its address. */
  static start(db: string, ...args: string[]): Promise<Served> {
    return Served.startIn(process.cwd(), db, args);
  }

  /** The same beside the database, which the page then shows by its name alone. */
  static startBeside(db: string, ...args: string[]): Promise<Served> {
    return Served.startIn(dirname(db), basename(db), args);
  }

  /** The page over a fleet. */
  static startFleet(url: string, env: Readonly<Record<string, string>>): Promise<Served> {
    return Served.startAs(start(process.cwd(), ['--fleet', url, '--listen', '127.0.0.1:0'], env));
  }

  private static startIn(cwd: string, db: string, args: readonly string[]): Promise<Served> {
    const words = args.includes('--listen') ? args : ['--listen', '127.0.0.1:0', ...args];
    return Served.startAs(start(cwd, ['--db', db, ...words]));
  }

  private static async startAs(child: ReturnType<typeof start>): Promise<Served> {
    const line = await new Promise<string>((resolve) => {
      let text = '';
      child.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        if (text.includes('\n')) resolve(text.trim());
      });
      void child.then(() => resolve(''));
    });
    if (line !== '') return new Served(line, child);
    const { exitCode, stderr } = await child;
    throw new Error(`sstory serve ended with ${exitCode}: ${stderr}`);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get host(): string {
    return new URL(this.url).host;
  }

  get token(): string {
    return this.url.replace(/^.*#token=/, '');
  }

  /** The address of the page with such a query string. */
  urlOf(search: string): string {
    const [page = '', token = ''] = this.url.split('#');
    return `${page}${search}#${token}`;
  }

  /** The response, when it is complete. The path is sent as it is. */
  async get(path: string, options: RequestOptions = {}): Promise<Response> {
    const response = await this.open(path, options);
    let body = '';
    for await (const chunk of response) body += String(chunk);
    return { status: response.statusCode ?? 0, headers: response.headers, body };
  }

  /** The response, with its body still to be read. */
  open(path: string, { method = 'GET', headers = {}, body, anonymous = false }: RequestOptions = {}) {
    const { hostname, port } = new URL(this.url);
    return new Promise<IncomingMessage>((resolve, reject) => {
      const sent = request({
        ...{ hostname: hostname.replace(/^\[|\]$/g, ''), port, path, method, timeout: WITHIN_MS, agent: false },
        headers: { ...(anonymous ? {} : { Authorization: `Bearer ${this.token}` }), ...headers },
      });
      // A body may be left unread for long.
      sent.on('response', (response) => resolve(sent.setTimeout(0) && response.setEncoding('utf8')));
      sent.on('error', reject).on('timeout', () => sent.destroy(new Error(`${path}: no answer`)));
      sent.end(body);
    });
  }

  /** The body of a response with status 200, as it is. */
  async bytes(path: string): Promise<Buffer> {
    const response = await fetch(`http://${this.host}${path}`, { headers: { Authorization: `Bearer ${this.token}` } });
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  }

  /** The JSON of a response with status 200. */
  async json<T = Record<string, unknown>>(path: string): Promise<T> {
    const { status, body } = await this.get(path);
    if (status !== 200) throw new Error(`${path}: ${status} ${body}`);
    return JSON.parse(body) as T;
  }

  /** The lines of JSON of a response. */
  async lines<T = Record<string, unknown>>(path: string, options: RequestOptions = {}): Promise<T[]> {
    const { body } = await this.get(path, options);
    return body
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as T);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill('SIGTERM');
    await this.child;
  }
}
