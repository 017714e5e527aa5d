import type { HostCheck } from '../../model/host-check.js';
import { jsonText, printable } from '../../model/printable.js';
import { nameChecks } from '../../names/name-checks.js';
import { probeChecks } from '../../probe/probe-checks.js';
import { snapshotChecks } from '../../snapshot/snapshot-checks.js';
import { declaredCommand } from '../command.js';
import { say } from '../output/say.js';
import { serviceChecks } from '../service-flags.js';
import { SUMMARIES } from '../summaries.js';
import { requireRecordFlags } from './record.js';
import { requireServeFlags } from './serve.js';
import { requireShipFlags } from './ship.js';

const NAME_WIDTH = 32;

/** `sstory doctor`: exit code 0 only where `record --source bpf` would work. */
export const run = declaredCommand<{ readonly json?: boolean }>({
  name: 'doctor',
  summary: SUMMARIES.doctor,
  declare: (parser) => parser.option('--json', 'one JSON object per line'),
  async run({ json }) {
    let works = true;
    for await (const check of allChecks()) {
      process.stdout.write(`${json === true ? jsonText(check) : printable(line(check))}\n`);
      if (!check.ok && check.required) works = false;
    }
    say(`record --source bpf ${works ? 'works' : 'does not work'} here`);
    return works ? 0 : 1;
  },
});

async function* allChecks(): AsyncGenerator<HostCheck> {
  yield* probeChecks();
  yield* snapshotChecks();
  yield* nameChecks();
  yield* serviceChecks({ record: requireRecordFlags, serve: requireServeFlags, ship: requireShipFlags });
}

function line({ name, ok, detail, remedy, required }: HostCheck): string {
  const mark = ok ? 'ok' : required ? 'MISSING' : 'missing';
  return `${mark.padEnd(8)}${name.padEnd(NAME_WIDTH)}${detail}${ok || remedy === undefined ? '' : `; ${remedy}`}`;
}
