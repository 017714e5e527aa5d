import { once } from 'node:events';
import { createWriteStream, realpathSync, renameSync, rmSync, statSync, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { SstoryError, writeTrouble } from '../../model/error.js';

/**
 * The file that an output file replaces when it is complete, behind symbolic links; undefined: a device, FIFO or socket, which is written
 * to.
 */
export function fileReplacedBy(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return path;
  return found.isFile() || found.isDirectory() ? realpathSync(path) : undefined;
}

/** Where an export goes: stdout, a file that gets its name when it is complete, or what is no file. */
export class ExportTarget {
  /** The file that is replaced. */
  private readonly file: string | undefined;
  private readonly temporary: string | undefined;
  private readonly stream: NodeJS.WritableStream;
  private failure: Error | undefined;
  /** Bytes so far. */
  bytes = 0;

  constructor(readonly path: string | undefined) {
    this.file = path === undefined ? undefined : fileReplacedBy(path);
    this.temporary = this.file === undefined ? undefined : `${this.file}.${process.pid}.part`;
    this.stream =
      path === undefined ? process.stdout : createWriteStream(this.temporary ?? path, { flags: 'w', mode: 0o600 });
    if (path !== undefined)
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
    if (this.path === undefined) return;
    this.stream.end();
    await finished(this.stream).catch(() => undefined);
    this.check();
    if (this.temporary === undefined || this.file === undefined) return;
    try {
      renameSync(this.temporary, this.file);
    } catch (cause) {
      throw this.cannotWrite(cause);
    }
  }

  /** Leaves nothing behind. */
  discard(): void {
    if (this.path === undefined) return;
    (this.stream as WriteStream).destroy();
    if (this.temporary !== undefined) rmSync(this.temporary, { force: true });
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
