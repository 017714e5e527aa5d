import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { SstoryError } from '../model/error.js';

const { O_CREAT, O_NONBLOCK, O_TRUNC, O_WRONLY } = constants;
const FULL_PIPE_WAIT_MS = 20;

/**
 * The file that a recording is written to beside its database: a new one, or a pipe. No write blocks a thread, even where
 * the reader of the pipe is slow: a blocked thread would keep the process from ending.
 */
export class TeeFile {
  private constructor(
    readonly path: string,
    private readonly handle: FileHandle,
  ) {}

  /** @throws SstoryError `exists`, `cannot-write` */
  static async open(path: string): Promise<TeeFile> {
    const existing = await stat(path).catch(() => undefined);
    if (existing?.isFile() === true && existing.size > 0) {
      throw new SstoryError('exists', `--tee ${path}: the file exists and is not empty`, {
        hint: 'move it away, or name another: a recording file is never overwritten',
      });
    }
    try {
      return new TeeFile(path, await open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK, 0o600));
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException;
      if (code === 'ENXIO') throw new SstoryError('no-reader', `--tee ${path}: this pipe has no reader yet`, { cause });
      throw new SstoryError('cannot-write', `--tee ${path}: ${message}`, { cause });
    }
  }

  /** Writes all of it, as fast as the disk or the reader accepts it. */
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

  /** Syncs the file to its disk, and closes it. */
  async close(): Promise<void> {
    await this.handle.sync().catch(() => undefined);
    await this.handle.close();
  }
}
