import { readFileSync } from 'node:fs';
import { messageOf } from '../model/error.js';
import type { HostCheck } from '../model/host-check.js';

/** The flags of sstory-record.service: an EnvironmentFile of systemd.exec(5). */
const SERVICE_FLAGS = '/etc/sstory.conf';

/** Checks them as `accept` parses them; nothing where the service is not installed. `accept` throws what it rejects. */
export function* serviceChecks(accept: (words: readonly string[]) => void, file = SERVICE_FLAGS): Generator<HostCheck> {
  const common = {
    name: file,
    required: false,
    remedy: 'the service does not start: sstory record --help lists its flags',
  };
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') yield { ...common, ok: false, detail: messageOf(error) };
    return;
  }
  try {
    accept(flagsIn(text));
    yield { ...common, ok: true, detail: `record ${flagsIn(text).join(' ')}`.trim() };
  } catch (error) {
    yield { ...common, ok: false, detail: messageOf(error) };
  }
}

/** The words of RECORD_FLAGS, as systemd splits them: the last line with that name counts, quotes around all of it are removed. */
function flagsIn(text: string): string[] {
  const value = [...text.matchAll(/^[ \t]*RECORD_FLAGS=(.*)$/gm)].at(-1)?.[1]?.trim() ?? '';
  return value
    .replace(/^(["'])(.*)\1$/, '$2')
    .split(/\s+/)
    .filter(Boolean);
}
