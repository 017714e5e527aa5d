import { readFileSync } from 'node:fs';
import { messageOf } from '../model/error.js';
import type { HostCheck } from '../model/host-check.js';

/** The flags of sstory-record.service, sstory-serve.service and sstory-ship.service: an EnvironmentFile of systemd.exec(5). */
const SERVICE_FLAGS = '/etc/sstory.conf';

/** The commands that a service runs, with the name of their flags in the file. */
const VARIABLES = { record: 'RECORD_FLAGS', serve: 'SERVE_FLAGS', ship: 'SHIP_FLAGS' } as const;

export type ServiceCommand = keyof typeof VARIABLES;

/** Throws what a command rejects. */
export type AcceptFlags = (words: readonly string[]) => void;

/**
 * Checks the flags of each service as its command parses them; nothing where the services are not installed. Without flags nothing is
 * shipped, and nothing is checked of it.
 */
export function* serviceChecks(
  accept: Readonly<Record<ServiceCommand, AcceptFlags>>,
  file = SERVICE_FLAGS,
): Generator<HostCheck> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      yield { name: file, required: false, ok: false, detail: messageOf(error), remedy: 'run it with sudo' };
    return;
  }
  for (const name of ['record', 'serve', 'ship'] as const) {
    const words = flagsIn(text, VARIABLES[name]);
    if (name !== 'ship' || words.length > 0) yield flagsCheck(file, name, words, accept[name]);
  }
}

function flagsCheck(file: string, name: ServiceCommand, words: readonly string[], accept: AcceptFlags): HostCheck {
  const common = {
    name: `${file} ${VARIABLES[name]}`,
    required: false,
    remedy: `the service does not start: sstory ${name} --help lists its flags`,
  };
  try {
    accept(words);
    return { ...common, ok: true, detail: `${name} ${words.join(' ')}`.trim() };
  } catch (error) {
    return { ...common, ok: false, detail: messageOf(error) };
  }
}

/** The words of a variable, as systemd splits them: the last line with that name counts, quotes around all of it are removed. */
function flagsIn(text: string, variable: string): string[] {
  const lines = [...text.matchAll(/^[ \t]*(\w+)=(.*)$/gm)].filter(([, name]) => name === variable);
  const value = lines.at(-1)?.[2]?.trim() ?? '';
  return value
    .replace(/^(["'])(.*)\1$/, '$2')
    .split(/\s+/)
    .filter(Boolean);
}
