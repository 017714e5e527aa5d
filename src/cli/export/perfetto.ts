import { setImmediate as turn } from 'node:timers/promises';
import { counted } from '../../model/counted.js';
import { usageError } from '../../model/error.js';
import type { Interval } from '../../model/interval.js';
import type { HistoryFilter } from '../../query/history-filter.js';
import type { AddressPermutation } from '../../query/redaction/address-permutation.js';
import { perfettoTrace } from '../../view/perfetto/trace.js';
import { type HistoryCall, historyCommand } from '../history/history-command.js';
import { interruptible } from '../output/interruption.js';
import { ProgressBar } from '../output/progress-bar.js';
import { say } from '../output/say.js';
import { type ExportOptions, exportOptions, outputFile, refuseOwnFile } from './options.js';
import { addressesOf, type RedactOptions, redactOptions } from './redacting.js';
import { ExportTarget, interrupted } from './target.js';
import { exportedWindow } from './window.js';

const DETAILS = `
A trace for https://ui.perfetto.dev: open it there with "Open trace file" (the page reads it in the browser and uploads nothing),
or query it with trace_processor. Tracks: process > peer > connection, with states as slices, and retransmits, resets, errors and
ends as instants; sockets by state as counters; gaps in the record on a track of their own. What was inferred is annotated with its
earliest time, and so is a state that goes on at the end.
With --since or --until, states are cut there. Times are wall time. docs/perfetto.md has examples.
`;

interface PerfettoOptions extends ExportOptions, RedactOptions {}

/** `sstory export --format perfetto`: a history, or a part of it, as a Perfetto trace. */
export const run = historyCommand<PerfettoOptions>({
  name: 'export --format perfetto',
  summary: 'write connections as a Perfetto trace',
  declare: (parser) =>
    redactOptions(exportOptions(parser.option('--format <format>', 'perfetto'))).addHelpText('after', DETAILS),
  check(options) {
    if (outputFile(options) !== undefined || !process.stdout.isTTY) return;
    throw usageError(
      'binary',
      'a trace cannot be written to a terminal',
      'name a file with -o FILE.pftrace, or pipe it',
    );
  },
  async run(call) {
    const { database, options } = call;
    refuseOwnFile(options);
    const addresses = addressesOf(options);
    const window = exportedWindow(database, options);
    const filter = await call.filter(window);
    return await interruptible((asked) => write(call, { window, filter, addresses }, asked));
  },
});

interface Shown {
  readonly window: Interval | undefined;
  readonly filter: HistoryFilter | undefined;
  readonly addresses: AddressPermutation | undefined;
}

async function write(
  { database, options, span }: HistoryCall<PerfettoOptions>,
  { window, filter, addresses }: Shown,
  asked: AbortSignal,
): Promise<number> {
  const file = outputFile(options);
  const target = new ExportTarget(file);
  const bar = new ProgressBar(process.stderr);
  const { fromUs, toUs } = window ?? span;
  let connections = 0;
  let reachedUs = fromUs;
  const onConnection = (openedUs: number) => {
    connections++;
    reachedUs = Math.max(reachedUs, openedUs);
  };
  try {
    for (const piece of perfettoTrace(database, window, filter, { onConnection, addresses })) {
      await target.write(piece);
      const share = (reachedUs - fromUs) / Math.max(1, Math.min(toUs, span.toUs) - fromUs);
      bar.show(share, `${counted(connections, 'connection')}, ${(target.bytes / 1e6).toFixed(0)} MB`);
      await turn();
      if (asked.aborted) throw interrupted(target);
    }
    await target.finish();
  } catch (error) {
    target.discard();
    throw error;
  } finally {
    bar.end();
  }
  if (file !== undefined) say(`${counted(connections, 'connection')} in ${file}: open it in https://ui.perfetto.dev`);
  return 0;
}
