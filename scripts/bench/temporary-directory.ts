import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory for the files of a bench, deleted with them when it is disposed of. */
export class TemporaryDirectory {
  private readonly path = mkdtempSync(join(tmpdir(), 'sstory-bench-'));
  private kept = false;

  file(name: string): string {
    return join(this.path, name);
  }

  /** It stays after all. */
  keep(): void {
    this.kept = true;
  }

  [Symbol.dispose](): void {
    if (!this.kept) rmSync(this.path, { recursive: true, force: true });
  }
}
