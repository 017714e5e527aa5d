import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Actor } from './actor.js';
import { Netns } from './netns.js';

/** What execa gives for a child process. */
interface RunningProcess extends PromiseLike<unknown> {
  kill(): boolean;
}

/** Owns what tests make in the kernel and on disk, and disposes of it in the opposite order. */
export class Stage {
  private readonly owned: AsyncDisposable[] = [];

  /** Takes over something to dispose. */
  use<T extends AsyncDisposable>(resource: T): T {
    this.owned.push(resource);
    return resource;
  }

  async netns(named?: string): Promise<Netns> {
    return this.use(await Netns.create(named));
  }

  /** A process with this command name that makes socket calls in a namespace. */
  async actor(comm: string, netns: Netns): Promise<Actor> {
    return this.use(await Actor.start(comm, netns));
  }

  /** A child process that runs until the end of the test and then gets SIGTERM; execa must have started it with `reject: false`. */
  process<Child extends RunningProcess>(child: Child): Child {
    this.use({
      [Symbol.asyncDispose]: async () => {
        child.kill();
        await child;
      },
    });
    return child;
  }

  /** @param parent where files may not be memory: not the directory for temporary ones */
  async directory(parent = tmpdir()): Promise<string> {
    const path = await mkdtemp(join(parent, 'sstory-test-'));
    this.use({ [Symbol.asyncDispose]: () => rm(path, { recursive: true }) });
    return path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (let resource = this.owned.pop(); resource !== undefined; resource = this.owned.pop()) {
      await resource[Symbol.asyncDispose]();
    }
  }
}
