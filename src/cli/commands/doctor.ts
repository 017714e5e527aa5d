import type { HostCheck } from '../../model/host-check.js';
import { nameChecks } from '../../names/name-checks.js';
import { probeChecks } from '../../probe/probe-checks.js';
import { snapshotChecks } from '../../snapshot/snapshot-checks.js';
import { command, parseWords } from '../command.js';

const NAME_WIDTH = 32;

/** `sstory doctor`: exit code 0 only where `record --source bpf` would work. */
export async function run(argv: readonly string[]): Promise<number> {
  const parser = command(
    'doctor',
    'Say what this host offers for recording, and what to do about what is missing.',
  ).option('--json', 'one JSON object a line');
  const parsed = parseWords(parser, argv);
  if (parsed === undefined) return 0;
  const json = parsed.opts<{ json?: boolean }>().json === true;
  let works = true;
  for await (const check of allChecks()) {
    process.stdout.write(`${json ? JSON.stringify(check) : line(check)}\n`);
    if (!check.ok && check.required) works = false;
  }
  process.stderr.write(
    works ? 'sstory: record --source bpf works here\n' : 'sstory: record --source bpf does not work here\n',
  );
  return works ? 0 : 1;
}

async function* allChecks(): AsyncGenerator<HostCheck> {
  yield* probeChecks();
  yield* snapshotChecks();
  yield* nameChecks();
}

function line({ name, ok, detail, remedy, required }: HostCheck): string {
  const mark = ok ? 'ok' : required ? 'MISSING' : 'missing';
  return `${mark.padEnd(8)}${name.padEnd(NAME_WIDTH)}${detail}${ok || remedy === undefined ? '' : `; ${remedy}`}`;
}
