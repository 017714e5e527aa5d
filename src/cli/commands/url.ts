import { realpathSync, statSync } from 'node:fs';
import { SstoryError } from '../../model/error.js';
import { runningServers } from '../../server/running-servers.js';
import { declaredCommand } from '../command.js';
import { DEFAULT_DATABASE } from '../default-database.js';
import { LineOutput } from '../output/line-output.js';
import { SUMMARIES } from '../summaries.js';

/** `sstory url`: the addresses of the servers of a database, the one that was started last first. */
export const run = declaredCommand<{ readonly db: string }>({
  name: 'url',
  summary: SUMMARIES.url,
  declare: (parser) => parser.option('--db <file>', 'the database', DEFAULT_DATABASE),
  async run({ db }) {
    const owner = statSync(db, { throwIfNoEntry: false })?.uid;
    const users = [process.getuid?.() ?? 0, ...(owner === undefined ? [] : [owner])];
    const servers = runningServers(users);
    const file = owner === undefined ? undefined : realpathSync(db);
    const found = servers
      .filter((server) => server.file === file)
      .sort((a, b) => Number(b.startTime) - Number(a.startTime));
    if (found.length === 0)
      throw noServer(
        db,
        servers.map((server) => server.file),
      );
    const output = new LineOutput(process.stdout);
    for (const { url } of found) await output.line(url);
    await output.flush();
    return 0;
  },
});

function noServer(db: string, others: readonly string[]): SstoryError {
  const hint =
    others.length === 0
      ? `sstory serve --db ${db} starts one`
      : `served are: ${[...new Set(others)].join(', ')}; sstory url --db FILE prints the address`;
  return new SstoryError('no-server', `no server of ${db} runs`, { hint });
}
