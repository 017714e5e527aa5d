import type Database from 'better-sqlite3';
import { SstoryError, usageError } from '../../model/error.js';
import { isStalled } from '../../query/recorder-life.js';
import { recorderHere } from '../../request/recorder-here.js';
import { filterOf } from '../history/filter.js';
import { type HistoryOptions, historyCommand } from '../history/history-command.js';
import { type NetnsOption, netnsOption } from '../history/netns.js';
import { noRecorder } from '../history/recorder-silence.js';
import { isScreen } from '../output/terminal-looks.js';
import { SUMMARIES } from '../summaries.js';

interface LiveOptions extends HistoryOptions, NetnsOption {
  readonly json?: boolean;
}

const DETAILS = `
Needs a terminal (? lists its keys). As lines: sstory log -f. Earlier times: sstory replay.`;

/** `sstory live`: the socket table as a running recorder sees it change. */
export const run = historyCommand<LiveOptions>({
  name: 'live',
  summary: SUMMARIES.live,
  declare: (parser) =>
    netnsOption(parser)
      .argument('[filter...]', "which sockets, in ss's filter language")
      .option('--json', 'each change as one JSON object per line, as sstory log -f --json')
      .addHelpText('after', DETAILS),
  check({ json }) {
    if (json === true || (isScreen(process.stdout) && process.stdin.isTTY)) return;
    throw usageError('no-terminal', 'sstory live needs a terminal', 'sstory log -f shows the changes as lines');
  },
  async run({ database, options: { db, json, netns }, words }) {
    requireRecorder(database, db);
    if (json === true) {
      const log = await import('./log.js');
      const place = netns === undefined ? [] : ['-N', netns];
      return await log.run(['-f', '-n', '0', '--json', '--db', db, ...place, '--', ...words]);
    }
    const { liveTable } = await import('../terminal/tables.js');
    // Names as they are from now on; owners may be found later.
    const window = { fromUs: Date.now() * 1000, toUs: Number.MAX_SAFE_INTEGER };
    return await liveTable(database, await filterOf(database, words, { window, netns }));
  },
});

function requireRecorder(database: Database.Database, file: string): void {
  const nowUs = Date.now() * 1000;
  const life = recorderHere(database, nowUs);
  const reason = noRecorder(life, file, nowUs);
  if (reason === undefined) return;
  const past = `see what it recorded: sstory replay --db ${file}`;
  throw new SstoryError('no-recorder', reason, {
    hint: isStalled(life) ? past : `start one: sstory record --db ${file}; or ${past}`,
  });
}
