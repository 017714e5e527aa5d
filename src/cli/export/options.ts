import { statSync } from 'node:fs';
import type { Command } from 'commander';
import { usageError } from '../../model/error.js';
import type { HistoryOptions } from '../history/history-command.js';
import { type NetnsOption, netnsOption } from '../history/netns.js';

/** What every form of export takes. */
export interface ExportOptions extends HistoryOptions, NetnsOption {
  readonly since?: string;
  readonly until?: string;
  readonly output?: string;
}

export function exportOptions(parser: Command): Command {
  return netnsOption(parser)
    .argument('[filter...]', "which connections, in ss's filter language")
    .option('-S, --since <time>', 'what existed or happened from this time on')
    .option('-U, --until <time>', 'up to this time')
    .option('-o, --output <file>', 'write to this file, which appears when it is complete; default, and -: stdout');
}

/** The file that --output names; undefined: stdout. */
export function outputFile({ output }: Pick<ExportOptions, 'output'>): string | undefined {
  return output === '-' ? undefined : output;
}

/** Where the export would replace the file that it reads. */
export function refuseOwnFile({ db, ...options }: Pick<ExportOptions, 'db' | 'output'>): void {
  const output = outputFile(options);
  const target = output === undefined ? undefined : statSync(output, { throwIfNoEntry: false });
  const source = statSync(db);
  if (target === undefined || target.dev !== source.dev || target.ino !== source.ino) return;
  throw usageError('own-file', `--output ${output} is the database itself`, 'name another file');
}
