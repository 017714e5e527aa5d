import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execa, type ResultPromise } from 'execa';
import type { Netns } from './netns.js';

/** scripts/lab/holder.c, compiled. */
const HOLDER = fileURLToPath(new URL('../../holder', import.meta.url));
const OPTIONS = { reject: false, stderr: 'inherit' } as const;

/** What the kernel gave; 0 where a call gives nothing. */
export interface HolderAnswer {
  readonly pid: number;
  readonly tid: number;
  readonly fd: number;
  readonly port: number;
}

/** A process that opens sockets and passes them on in every way; scripts/lab/holder.c lists its commands. */
export class Holder {
  private readonly answers: AsyncIterator<string>;

  private constructor(
    readonly pid: number,
    private readonly child: ResultPromise<typeof OPTIONS>,
  ) {
    this.answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  static start(netns: Netns): Holder {
    const child = execa(...netns.inside(HOLDER), OPTIONS);
    if (child.pid === undefined) throw new Error(`${HOLDER} did not start`);
    return new Holder(child.pid, child);
  }

  /** @throws Error where the call fails, with its errno */
  async call(...words: readonly (string | number)[]): Promise<HolderAnswer> {
    this.child.stdin.write(`${words.join(' ')}\n`);
    const { value, done } = await this.answers.next();
    if (done === true) throw new Error(`the holder ended before it answered: ${words.join(' ')}`);
    const answer = JSON.parse(value) as HolderAnswer & { readonly errno: number };
    if (answer.errno !== 0) throw new Error(`${words.join(' ')}: errno ${answer.errno}`);
    return answer;
  }

  /** Ends it as SIGKILL does: nothing is closed by the program. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.child;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
