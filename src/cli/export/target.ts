import { once } from 'node:events';
import { createWriteStream, renameSync, rmSync, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { SstoryError, writeTrouble } from '../../model/error.js';

/** Where an export goes: stdout, or a file that gets its name when it is complete. */
export class ExportTarget {
  private readonly temporary: string | undefined;
  private readonly stream: NodeJS.WritableStream;
  private failure: Error | undefined;
  /** Bytes so far. */
  bytes = 0;

  constructor(readonly path: string | undefined) {
    this.temporary = path === undefined ? undefined : `${path}.${process.pid}.part`;
    this.stream = this.temporary === undefined ? process.stdout : createWriteStream(this.temporary, { mode: 0o600 });
    if (this.temporary !== undefined)
      this.stream.on('error', (error: Error) => {
        this.failure = error;
      });
  }

  /** Writes, no faster than the reader or the disk accepts it. */
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
    await finished(this.stream).catch(() => undefined);
    this.check();
    try {
      renameSync(this.temporary, this.path);
    } catch (cause) {
      throw this.cannotWrite(cause);
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

  private cannotWrite(cause: unknown): SstoryError {
    return new SstoryError('cannot-write', `cannot write ${this.path}: ${writeTrouble(cause)}`, { cause });
  }
}

/** The error of an export that the user interrupted, with what is left of it. */
export function interrupted({ path }: ExportTarget): SstoryError {
  const hint = path === undefined ? 'the output ends early' : `${path} was not written`;
  return new SstoryError('interrupted', 'interrupted: the export is incomplete', { hint });
}
