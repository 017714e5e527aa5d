import { contentsOf } from '../../query/contents.js';
import { recorderHere } from '../../request/recorder-here.js';
import { sideFiles, statOf } from '../../store/database-path.js';
import { contentsJson, contentsLines } from '../../view/contents-text.js';
import { type HistoryCall, type HistoryOptions, historyCommand } from '../history/history-command.js';
import { SUMMARIES } from '../summaries.js';

interface InfoOptions extends HistoryOptions {
  readonly json?: boolean;
}

const DETAILS = `
The size of a table includes its indexes. Reads the whole file: some seconds for one of several GB. Is a recorder running,
and does it keep up? sstory status. Is the file intact? sstory check.`;

/** `sstory info`: what a database holds. */
export const run = historyCommand<InfoOptions>({
  name: 'info',
  summary: SUMMARIES.info,
  declare: (parser) => parser.option('--json', 'one JSON object').addHelpText('after', DETAILS),
  async run({ database, options: { db: path, json }, output }: HistoryCall<InfoOptions>) {
    const contents = contentsOf(database);
    const sizeOf = (file: string) => statOf(file)?.size ?? 0;
    const file = {
      path,
      bytes: sizeOf(path),
      logBytes: sizeOf(sideFiles(path).log),
      life: recorderHere(database, Date.now() * 1000),
    };
    for (const line of json === true ? [contentsJson(contents, file)] : contentsLines(contents, file))
      await output.line(line);
    await output.flush();
    return 0;
  },
});
