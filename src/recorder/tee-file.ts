import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { SstoryError } from '../model/error.js';

const { O_CREAT, O_NONBLOCK, O_TRUNC, O_WRONLY } = constants;
const FULL_PIPE_WAIT_MS = 20;

/**
 * The file that a recording is written to beside its database: a new one, or a pipe. Nothing blocks a thread, whoever reads
 * the pipe and however slowly: a blocked one would keep the process from ending.
 */
export class TeeFile {
  private constructor(
    readonly path: string,
    private readonly handle: FileHandle,
  ) {}

  /** @throws SstoryError `exists`, `cannot-write` */
  static async open(path: string): Promise<TeeFile> {
    const there = await stat(path).catch(() => undefined);
    if (there?.isFile() === true && there.size > 0) {
      throw new SstoryError('exists', `--tee ${path}: there is such a file, and it is not empty`, {
        hint: 'move it away, or name another: a recording is never written over',
      });
    }
    try {
      return new TeeFile(path, await open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK, 0o600));
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException;
      if (code === 'ENXIO') throw new SstoryError('no-reader', `--tee ${path}: nobody reads this pipe yet`, { cause });
      throw new SstoryError('cannot-write', `--tee ${path}: ${message}`, { cause });
    }
  }

  /** Writes all of it, as fast as it is taken. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      try {
        done += (await this.handle.write(bytes, done)).bytesWritten;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
        await wait(FULL_PIPE_WAIT_MS);
      }
    }
  }

  /** Puts a file on its disk. */
  async close(): Promise<void> {
    await this.handle.sync().catch(() => undefined);
    await this.handle.close();
  }
}
