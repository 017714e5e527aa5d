import { once } from 'node:events';
import { createWriteStream, renameSync, rmSync, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { SstoryError } from '../../model/error.js';

/** Where an export goes: stdout, or a file that has its name only when it is whole. */
export class ExportTarget {
  private readonly temporary: string | undefined;
  private readonly stream: NodeJS.WritableStream;
  private failure: Error | undefined;
  /** Bytes so far. */
  bytes = 0;

  constructor(private readonly path: string | undefined) {
    this.temporary = path === undefined ? undefined : `${path}.${process.pid}.part`;
    this.stream = this.temporary === undefined ? process.stdout : createWriteStream(this.temporary, { mode: 0o600 });
    if (this.temporary !== undefined)
      this.stream.on('error', (error: Error) => {
        this.failure = error;
      });
  }

  /** Writes, no faster than the reader or the disk takes it. */
  async write(piece: string | Uint8Array): Promise<void> {
    this.check();
    if (piece.length === 0) return;
    this.bytes += piece.length;
    if (!this.stream.write(piece)) await once(this.stream, 'drain').catch(() => this.check());
  }

  /** Gives the file its name. */
  async finish(): Promise<void> {
    if (this.temporary === undefined || this.path === undefined) return;
    this.stream.end();
    await finished(this.stream as WriteStream).catch(() => undefined);
    this.check();
    try {
      renameSync(this.temporary, this.path);
    } catch (cause) {
      throw this.cannotWrite(cause as Error);
    }
  }

  /** Leaves nothing behind. */
  discard(): void {
    if (this.temporary === undefined) return;
    (this.stream as WriteStream).destroy();
    rmSync(this.temporary, { force: true });
  }

  private check(): void {
    if (this.failure !== undefined) throw this.cannotWrite(this.failure);
  }

  private cannotWrite(cause: Error): SstoryError {
    return new SstoryError('cannot-write', `cannot write ${this.path}: ${cause.message}`, { cause });
  }
}
