import { fleetSecrets, parseFleetUrl } from '../../fleet/address.js';
import { type InitOptions, initFleet, initStatements } from '../../fleet/init.js';
import { roleNames } from '../../fleet/role-statements.js';
import { counted } from '../../model/counted.js';
import { parseSpan } from '../../model/duration.js';
import { usageError } from '../../model/error.js';
import { printableLines } from '../../model/printable.js';
import { argument, declaredCommand } from '../command.js';
import { FLEET_VARIABLE, fleetAsked } from '../fleet/asked.js';
import { say } from '../output/say.js';
import { SUMMARIES } from '../summaries.js';

interface FleetOptions {
  readonly retain?: number;
  readonly onCluster?: string;
  readonly print?: boolean;
}

const DAY_US = 86_400_000_000;
const MOST_DAYS = 3_650;
const CLUSTER = /^[A-Za-z0-9_.{}-]{1,128}$/;

const DETAILS = `
sstory fleet init https://USER@HOST:8443/DATABASE

Makes what is missing, and deletes nothing: the database, its tables, and two roles. DATABASE_ship may add rows and look for them;
DATABASE_read may read. Run it again after an upgrade of sstory: new columns are added, rows stay. Needs ClickHouse 23.8 or later,
and a user that may create databases, tables and roles.

The password is in SSTORY_FLEET_PASSWORD, or in the file that SSTORY_FLEET_PASSWORD_FILE names; the certificates of a private
authority are in the file that SSTORY_FLEET_CA names. Hosts send with sstory ship, questions take --fleet. More: docs/fleet.md`;

/** `sstory fleet init`: the tables of a fleet in ClickHouse. */
export const run = declaredCommand<FleetOptions>({
  name: 'fleet',
  summary: SUMMARIES.fleet,
  declare: (parser) =>
    parser
      .argument('<action>', 'init')
      .argument('[url]', `of the database (default: $${FLEET_VARIABLE})`)
      .option('--retain <time>', 'delete rows after so long, in whole days (default: 30d)', argument(daysOf))
      .option('--on-cluster <name>', 'on every server of this cluster, with tables that replicate', argument(clusterOf))
      .option('--print', 'print the SQL for an empty server, and connect to none')
      .addHelpText('after', DETAILS),
  async run(options, [action, text]) {
    if (action !== 'init') throw usageError('usage', `unknown action "${action}"`, 'sstory fleet init URL');
    const asked = text === undefined ? fleetAsked(undefined) : { name: 'fleet init', url: text };
    if (asked === undefined) throw usageError('usage', 'init which database? Give its URL', EXAMPLE);
    const address = parseFleetUrl(asked.name, asked.url);
    const init: InitOptions = { days: options.retain, cluster: options.onCluster };
    if (options.print === true) {
      const statements = initStatements(address, init).map((statement) => `${statement};\n`);
      process.stdout.write(printableLines(statements.join('\n')));
      return 0;
    }
    const done = await initFleet(address, fleetSecrets(), init);
    const { ship, read } = roleNames(address.database);
    if (done.database) say(`made the database ${address.database}`);
    say(
      done.changes.length === 0
        ? `${address.text}: all tables are there`
        : `${address.text}: ${counted(done.changes.length, 'statement')} run, all tables are there now`,
    );
    if (done.rolesRefused === undefined) say(`roles: ${ship} for sstory ship, ${read} for questions`);
    else say(`the roles ${ship} and ${read} were not made: ${done.rolesRefused.message} (--print shows their SQL)`);
    return 0;
  },
});

const EXAMPLE = 'sstory fleet init https://admin@clickhouse.example:8443/sstory';

function daysOf(text: string): number {
  const us = parseSpan(text);
  const days = us === undefined ? Number.NaN : us / DAY_US;
  if (!Number.isInteger(days) || days < 1 || days > MOST_DAYS)
    throw usageError('bad-retain', `"${text}" is not a number of days from 1d to ${MOST_DAYS}d`);
  return days;
}

function clusterOf(text: string): string {
  if (!CLUSTER.test(text)) throw usageError('bad-cluster', `"${text}" is not the name of a cluster`);
  return text;
}
