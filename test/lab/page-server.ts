import { basename, dirname } from 'node:path';
import { execa } from 'execa';
import { MAIN } from './sstory.js';

const OPTIONS = { reject: false, stdin: 'ignore', buffer: false } as const;

/** A running `sstory serve`, at a free port of loopback. */
export class PageServer {
  private constructor(
    /** With the token in its fragment. */
    readonly url: string,
    private readonly child: PromiseLike<unknown> & { kill(): boolean },
  ) {}

  /** Starts it, and waits until it serves. */
  static async start(path: string, ...args: string[]): Promise<PageServer> {
    // The page shows the file as it is named here.
    const words = ['serve', '--db', basename(path), '--listen', '127.0.0.1:0', ...args];
    const child = execa(process.execPath, [MAIN, ...words], { ...OPTIONS, cwd: dirname(path) });
    const url = await new Promise<string | undefined>((resolve) => {
      let said = '';
      child.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        const [line] = /^http:\/\/\S+$/m.exec(said) ?? [];
        if (line !== undefined) resolve(line);
      });
      void child.then(() => resolve(undefined));
    });
    if (url === undefined) throw new Error(`sstory serve ended with ${(await child).exitCode}`);
    return new PageServer(url, child);
  }

  /** The address of a view: `?filter=...`, with the token. */
  at(search: string): string {
    return this.url.replace('/#', `/${search}#`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill();
    await this.child;
  }
}
