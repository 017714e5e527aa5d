import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { usageError } from '../../model/error.js';
import { DEFAULT_WHAT, parseWhat, type What } from '../../ship/what.js';
import { SHIP_STATE_VARIABLE, shipDirectory } from '../../store/ship-marks.js';
import { argument, command, declaredCommand, parseWords } from '../command.js';
import { DEFAULT_DATABASE } from '../default-database.js';
import { say } from '../output/say.js';
import { ship } from '../ship/ship.js';
import { paceFactor, type ShipTo, shipName, shipTo } from '../ship/ship-options.js';
import { showStatus } from '../ship/ship-status.js';
import { SUMMARIES } from '../summaries.js';

interface ShipOptions {
  readonly to?: ShipTo;
  readonly name?: string;
  readonly db: string;
  readonly state?: string;
  readonly what?: What;
  readonly pace: number;
  readonly once?: boolean;
  readonly status?: boolean;
  readonly json?: boolean;
}

const DETAILS = `
Reads the database that a recorder writes, and needs no more rights than that. It goes on where it ended, whatever ended it: how far it came is
in DIRECTORY/NAME.json. What was deleted here before it was shipped becomes a gap there, with its number.

The recorder (what it deletes unsent is a gap) and the metrics read DIRECTORY too. If it is not the default, set SSTORY_SHIP_STATE=DIRECTORY
for record, prune, serve, metrics and ship, in place of --state: /etc/sstory.conf does it for the services.

--what:
  failures  connections that ended otherwise than by an orderly close
  slow      with a retransmission, or longer than 1s in a state other than ESTAB, LISTEN and TIME-WAIT
  all       every connection
Listening sockets, connections that were open for more than 10s, and gaps are always shipped whole. The others are counted: one row a minute, process
and peer.

The password of ClickHouse is in SSTORY_FLEET_PASSWORD, or in the file that SSTORY_FLEET_PASSWORD_FILE names. More: docs/fleet.md`;

/** `sstory ship`: copies a history to where those of many hosts are. */
export const run = declaredCommand<ShipOptions>({
  name: 'ship',
  summary: SUMMARIES.ship,
  declare,
  async run(options) {
    const { to, db, status, json, once, pace } = options;
    const shared = shipDirectory(real(db));
    const directory = options.state ?? shared;
    if (status === true) return showStatus({ db, directory, name: options.name ?? to?.name, json: json === true });
    if (json === true) throw usageError('json', '--json goes with --status');
    if (to === undefined) throw noPlace();
    if (resolve(directory) !== shared)
      say(
        `the recorder looks in ${shared}, not in ${directory}: what it deletes unsent is a gap, and metrics are shown, ` +
          `only with ${SHIP_STATE_VARIABLE}=${resolve(directory)} set for it`,
      );
    const what = options.what ?? parseWhat(DEFAULT_WHAT);
    return ship({ to, db, directory, name: options.name ?? to.name, what, pace, once: once === true });
  },
});

/** @throws SstoryError `usage` where the words are no flags of `ship`, `no-place` where they do not say where to */
export function requireShipFlags(words: readonly string[]): void {
  const { to, status } = parseWords(declare(command('ship', SUMMARIES.ship)), words)?.opts<ShipOptions>() ?? {};
  if (to === undefined && status !== true) throw noPlace();
}

function declare(parser: Command): Command {
  return parser
    .option(
      '--to <place>',
      'https://USER@HOST:8443/DATABASE (ClickHouse), or dir:/PATH (Parquet files)',
      argument(shipTo),
    )
    .option(
      '--what <choice>',
      `what is shipped connection by connection (default: ${DEFAULT_WHAT})`,
      argument(parseWhat),
    )
    .option('--once', 'ship what there is, look whether it arrived, and end')
    .option(
      '--pace <factor>',
      'how much faster than connections end those that wait are sent',
      argument(paceFactor),
      1.5,
    )
    .option(
      '--name <name>',
      'name of the place, here and in metrics (default: its host or directory)',
      argument(shipName),
    )
    .option('--db <file>', 'the database', DEFAULT_DATABASE)
    .option(
      '--state <directory>',
      `where it keeps how far it came (default: $${SHIP_STATE_VARIABLE}, or ship beside the database)`,
    )
    .option('--status', 'show how far it came, and end')
    .option('--json', 'with --status: one JSON object for each place')
    .addHelpText('after', DETAILS);
}

function noPlace(): Error {
  return usageError('no-place', 'ship where? Give --to URL or --to dir:/PATH', 'for example: --to dir:/var/tmp/tcp');
}

/** The recorder looks beside the file itself, not beside a link to it. */
function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
