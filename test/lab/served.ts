/** A running `sstory serve`. */
import { execa, type ResultPromise } from 'execa';
import { MAIN } from './sstory.js';

const OPTIONS = { reject: false, stdin: 'ignore' } as const;

export class Served {
  private constructor(
    /** With the token in its fragment. */
    readonly url: string,
    private readonly child: ResultPromise<typeof OPTIONS>,
  ) {}

  /** Starts it on a free port, and waits until it prints its URL. */
  static async start(db: string, ...args: string[]): Promise<Served> {
    const words = ['serve', '--db', db, '--listen', '127.0.0.1:0', ...args];
    const child = execa(process.execPath, [MAIN, ...words], OPTIONS);
    const url = await new Promise<string | undefined>((resolve) => {
      let printed = '';
      child.stdout.on('data', (chunk: Buffer) => {
        printed += chunk.toString();
        const found = /http:\/\/\S+/.exec(printed);
        if (found !== null && printed.includes('\n')) resolve(found[0]);
      });
      void child.then(() => resolve(undefined));
    });
    if (url !== undefined) return new Served(url, child);
    const { exitCode, stderr } = await child;
    throw new Error(`sstory serve ended with ${exitCode}: ${stderr}`);
  }

  /** Of the page with such a query string. */
  urlOf(search: string): string {
    const [page = '', token = ''] = this.url.split('#');
    return `${page}${search}#${token}`;
  }

  /** The JSON of an answer of the API. */
  async answer<T>(path: string): Promise<T> {
    const [page = '', token = ''] = this.url.split('#token=');
    const response = await fetch(`${page}api/${path}`, { headers: { Authorization: `Bearer ${token}` } });
    return (await response.json()) as T;
  }

  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    await this.child;
  }
}
