import { realpathSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { usageError } from '../../model/error.js';
import { MetricsDesk } from '../../server/metrics/metrics-desk.js';
import { startMetricsListener } from '../../server/metrics/metrics-listener.js';
import { recordServer } from '../../server/running-servers.js';
import { startServer } from '../../server/server.js';
import { openForReading } from '../../store/database.js';
import { ServiceManager } from '../../sys/notify.js';
import { endWithParent } from '../../sys/parent-death.js';
import { argument, command, declaredCommand, parseWords, wholeNumber } from '../command.js';
import { DEFAULT_DATABASE } from '../default-database.js';
import { type FleetAsked, fleetAsked } from '../fleet/asked.js';
import { FLEET_HELP } from '../history/history-command.js';
import { interruptible } from '../output/interruption.js';
import { say } from '../output/say.js';
import { serveFleet } from '../serve/fleet-serve.js';
import { DEFAULT_ADDRESS, type ListenAddress, listenAddress } from '../serve/listen-address.js';
import {
  type LabelOptions,
  labelOption,
  METRICS_PORT,
  metricsAddress,
  requireToken,
} from '../serve/metrics-options.js';
import { giveUpPrivileges } from '../serve/privileges.js';
import { TOKEN_VARIABLE, tokenFor } from '../serve/token.js';
import { SUMMARIES } from '../summaries.js';

interface ServeOptions extends LabelOptions {
  readonly db: string;
  readonly fleet?: string;
  readonly listen: ListenAddress;
  readonly allowHost: readonly string[];
  readonly tokenFile?: string;
  readonly metrics?: ListenAddress;
  /** The pid of the process that it ends with. */
  readonly parent?: number;
}

const DETAILS = `
Prints the address, with a token that is valid as long as the server runs. The page and its API only read the database. They answer this host
alone; from another one: ssh -L 7070:127.0.0.1:7070 HOST, and open the address there. With --fleet, hosts are the rows of the page, and a
click on one leads to its connections. More: docs/serve.md`;

/** `sstory serve`: the page, and its API. */
export const run = declaredCommand<ServeOptions>({
  name: 'serve',
  summary: SUMMARIES.serve,
  declare,
  async run(options) {
    const { db, listen, allowHost, tokenFile, metrics, label, parent } = options;
    const fleet = fleetOf(options);
    if (fleet !== undefined) return serveFleet(fleet, options);
    openForReading(db).close();
    // Before: the owner of the database may not read the file.
    const token = tokenFor(listen, tokenFile);
    const scrapeToken = tokenFile && token;
    if (metrics !== undefined) requireToken(metrics, scrapeToken);
    giveUpPrivileges(db, { [TOKEN_VARIABLE]: token });
    if (parent !== undefined) endWithParent(parent);
    const source = new MetricsDesk(db, label);
    const server = await startServer({ file: db, ...listen, token, hosts: allowHost, metrics: source });
    const listener = metrics && (await startMetricsListener({ source, ...metrics, token: scrapeToken }));
    const url = `http://${server.address}/#token=${token}`;
    const record = recordServer(realpathSync(db), url);
    process.stdout.write(`${url}\n`);
    if (listener !== undefined) say(`metrics at http://${listener.address}/metrics`);
    if (parent === undefined) {
      ServiceManager.of(process.env)?.ready();
      say(`serving ${db}; Ctrl-C ends it`);
    }
    await interruptible((asked) => new Promise<void>((resolve) => asked.addEventListener('abort', () => resolve())));
    record?.remove();
    await Promise.all([server.close(), listener?.close()]);
    return 0;
  },
});

/** The fleet that is to be served; undefined: the database is. The child of a recorder serves what that records. */
function fleetOf({ db, fleet, metrics, parent }: ServeOptions): FleetAsked | undefined {
  const asked = db !== DEFAULT_DATABASE || parent !== undefined ? undefined : fleetAsked(fleet);
  if (fleet !== undefined && asked === undefined)
    throw usageError('usage', '--fleet and --db cannot be used together', 'give one of them');
  if (asked !== undefined && metrics !== undefined)
    throw usageError('usage', '--metrics are those of one host: not with --fleet', 'sstory metrics on the host');
  return asked;
}

/** @throws SstoryError `usage` where the words are no flags of `serve`, or where it would not listen with them */
export function requireServeFlags(words: readonly string[]): void {
  const { listen, metrics, tokenFile } =
    parseWords(declare(command('serve', SUMMARIES.serve)), words)?.opts<ServeOptions>() ?? {};
  if (tokenFile !== undefined) return;
  if (listen !== undefined) tokenFor(listen, undefined);
  if (metrics !== undefined) requireToken(metrics, undefined);
}

function declare(parser: Command): Command {
  const options = parser
    .option('--db <file>', 'the database', DEFAULT_DATABASE)
    .option('--fleet <url>', FLEET_HELP)
    .addOption(
      new Option('--listen <address>', 'where: ADDRESS:PORT; port 0 is any free one')
        .argParser(argument(listenAddress))
        .default(DEFAULT_ADDRESS, '127.0.0.1:7070'),
    )
    .option(
      '--allow-host <name>',
      'also answer where the browser calls this host by NAME; may be repeated',
      (name: string, names: readonly string[]) => [...names, name],
      [],
    )
    .option('--token-file <file>', 'use the token in the first line of this file')
    .option(
      '--metrics <address>',
      `also answer scrapes of Prometheus there, on loopback without a token; default port ${METRICS_PORT}`,
      argument(metricsAddress),
    )
    .addOption(new Option('--parent <pid>').argParser(wholeNumber(1)).hideHelp())
    .addHelpText('after', DETAILS);
  return labelOption(options);
}
