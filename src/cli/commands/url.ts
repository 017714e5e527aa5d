import { realpathSync, statSync } from 'node:fs';
import { parseFleetUrl } from '../../fleet/address.js';
import { SstoryError, usageError } from '../../model/error.js';
import { runningServers } from '../../server/running-servers.js';
import { declaredCommand } from '../command.js';
import { DEFAULT_DATABASE } from '../default-database.js';
import { fleetAsked } from '../fleet/asked.js';
import { LineOutput } from '../output/line-output.js';
import { SUMMARIES } from '../summaries.js';

/** `sstory url`: the addresses of the servers of a database, the one that was started last first. */
export const run = declaredCommand<{ readonly db: string; readonly fleet?: string }>({
  name: 'url',
  summary: SUMMARIES.url,
  declare: (parser) =>
    parser
      .option('--db <file>', 'the database', DEFAULT_DATABASE)
      .option('--fleet <url>', 'of the page over many hosts (default: $SSTORY_FLEET)'),
  async run({ db, fleet }) {
    const asked = db !== DEFAULT_DATABASE ? undefined : fleetAsked(fleet);
    if (fleet !== undefined && asked === undefined)
      throw usageError('usage', '--fleet and --db cannot be used together', 'give one of them');
    const served = asked === undefined ? undefined : parseFleetUrl(asked.name, asked.url).text;
    const owner = statSync(db, { throwIfNoEntry: false })?.uid;
    const users = [process.getuid?.() ?? 0, ...(owner === undefined ? [] : [owner])];
    const servers = runningServers(users);
    const file = served ?? (owner === undefined ? undefined : realpathSync(db));
    const found = servers
      .filter((server) => server.file === file)
      .sort((a, b) => Number(b.startTime) - Number(a.startTime));
    if (found.length === 0)
      throw noServer(
        served ?? db,
        served === undefined ? `--db ${db}` : `--fleet ${served}`,
        servers.map((server) => server.file),
      );
    const output = new LineOutput(process.stdout);
    for (const { url } of found) await output.line(url);
    await output.flush();
    return 0;
  },
});

function noServer(what: string, option: string, others: readonly string[]): SstoryError {
  const hint =
    others.length === 0
      ? `sstory serve ${option} starts one`
      : `served are: ${[...new Set(others)].join(', ')}; sstory url --db FILE, or --fleet URL, prints the address`;
  return new SstoryError('no-server', `no server of ${what} runs`, { hint });
}
