import { counted } from '../../model/counted.js';
import { messageOf } from '../../model/error.js';
import { printable } from '../../model/printable.js';
import { connectionCount, oneMoment } from '../../query/history-facts.js';
import { type Finding, findings } from '../../query/verification.js';
import { type HistoryCall, type HistoryOptions, historyCommand } from '../history/history-command.js';
import { SUMMARIES } from '../summaries.js';

/** Findings of one kind that are listed; the others are counted. */
const LISTED = 100;

const DETAILS = `
Checks the pages of the file, rows without a connection, the order of states, that no four-tuple has two connections at
one time, and that each ended connection has one number, by which it is shipped. Exit code 0 and one line if all is well; otherwise 1 and a list.
`;

/** `sstory check`: exit code 0 and one line for a consistent database; 1 and a list of findings otherwise. */
export const run = historyCommand({
  name: 'check',
  summary: SUMMARIES.check,
  declare: (parser) => parser.addHelpText('after', DETAILS),
  async run({ database, options, output }: HistoryCall<HistoryOptions>) {
    const counts = new Map<Finding['check'], number>();
    using _moment = oneMoment(database);
    for (const { check, text } of findingsOf(database)) {
      const count = (counts.get(check) ?? 0) + 1;
      counts.set(check, count);
      if (count <= LISTED) await output.line(printable(`${check}: ${text}`));
    }
    for (const [check, count] of counts) {
      if (count > LISTED) await output.line(`${check}: ${count - LISTED} more`);
    }
    if (counts.size === 0) {
      await output.line(printable(`${options.db}: ok, ${counted(connectionCount(database), 'connection')}`));
    }
    await output.flush();
    return counts.size === 0 ? 0 : 1;
  },
});

/** A file that SQLite cannot read to its end is a finding too. */
function* findingsOf(database: Parameters<typeof findings>[0]): Generator<Finding> {
  try {
    yield* findings(database);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!code.startsWith('SQLITE_CORRUPT') && code !== 'SQLITE_NOTADB') throw error;
    yield { check: 'integrity', text: messageOf(error) };
  }
}
