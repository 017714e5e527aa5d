import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

/** Node would end at once: so it leaves by `exit`, whose listeners remove what was made. */
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => process.exit(128 + constants.signals[signal]));

/** A directory for the files of a bench, deleted with them when it is disposed of, or the process ends. */
export class TemporaryDirectory {
  private readonly path = mkdtempSync(join(tmpdir(), 'sstory-bench-'));
  private kept = false;

  constructor() {
    process.once('exit', () => this[Symbol.dispose]());
  }

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
