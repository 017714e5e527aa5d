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

/** Where an export goes: stdout, a file that gets its name when it is complete, or a device, FIFO or socket. */
export class ExportTarget {
  /** The file that is replaced, and what is written until then. */
  private readonly replaced: { readonly file: string; readonly draft: string } | undefined;
  private readonly stream: NodeJS.WritableStream;
  private failure: Error | undefined;
  /** Bytes so far. */
  bytes = 0;

  constructor(readonly path: string | undefined) {
    if (path === undefined) {
      this.stream = process.stdout;
      return;
    }
    const file = fileReplacedBy(path);
    if (file !== undefined) this.replaced = { file, draft: `${file}.${process.pid}.part` };
    this.stream = createWriteStream(this.replaced?.draft ?? path, { mode: 0o600 });
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
    if (this.replaced === undefined) return;
    try {
      renameSync(this.replaced.draft, this.replaced.file);
    } catch (cause) {
      throw this.cannotWrite(cause);
    }
  }

  /** Leaves nothing behind. */
  discard(): void {
    if (this.path === undefined) return;
    (this.stream as WriteStream).destroy();
    if (this.replaced !== undefined) rmSync(this.replaced.draft, { force: true });
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
