import { Option } from 'commander';
import { CounterFile } from '../../server/metrics/counter-file.js';
import { startMetricsListener } from '../../server/metrics/metrics-listener.js';
import { Scrapes } from '../../server/metrics/scrapes.js';
import { openForReading } from '../../store/database.js';
import { endWithParent } from '../../sys/parent-death.js';
import { closing } from '../closing.js';
import { argument, declaredCommand, wholeNumber } from '../command.js';
import { DEFAULT_DATABASE } from '../default-database.js';
import { interruptible } from '../output/interruption.js';
import { say } from '../output/say.js';
import type { ListenAddress } from '../serve/listen-address.js';
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

interface MetricsCommandOptions extends LabelOptions {
  readonly db: string;
  readonly listen?: ListenAddress;
  readonly tokenFile?: string;
  /** The pid of the process that it ends with. */
  readonly parent?: number;
}

const DETAILS = `
Without --listen it prints the metrics once, for the textfile collector of node_exporter. docs/metrics.md lists them.
Counters are kept in DATABASE-metrics between two calls, where the owner of the database runs it.
`;

/** `sstory metrics`: a history for Prometheus. */
export const run = declaredCommand<MetricsCommandOptions>({
  name: 'metrics',
  summary: SUMMARIES.metrics,
  declare: (parser) =>
    labelOption(
      parser
        .option('--db <file>', 'the database', DEFAULT_DATABASE)
        .option(
          '--listen <address>',
          `answer scrapes at ADDRESS:PORT/metrics until Ctrl-C; default port ${METRICS_PORT}`,
          argument(metricsAddress),
        )
        .option('--token-file <file>', 'a scrape has to send the first line of this file as its bearer token')
        .addOption(new Option('--parent <pid>').argParser(wholeNumber(1)).hideHelp()),
    ).addHelpText('after', DETAILS),
  async run(options) {
    const { db, listen: address, label } = options;
    if (address !== undefined) return await listen(address, options);
    const database = openForReading(db);
    using _database = closing(database);
    const file = new CounterFile(database, label);
    const metrics = file.metrics({ labels: label, withinMs: Number.POSITIVE_INFINITY });
    process.stdout.write(await metrics.scrape());
    file.write(metrics);
    return 0;
  },
});

async function listen(address: ListenAddress, options: MetricsCommandOptions): Promise<number> {
  const { db, label, tokenFile, parent } = options;
  openForReading(db).close();
  // Before: the owner of the database may not read the file.
  const token = tokenFile === undefined ? undefined : tokenFor(address, tokenFile);
  requireToken(address, token);
  giveUpPrivileges(db, token === undefined ? {} : { [TOKEN_VARIABLE]: token });
  if (parent !== undefined) endWithParent(parent);
  const listener = await startMetricsListener({ source: new Scrapes(db, label), ...address, token });
  process.stdout.write(`http://${listener.address}/metrics\n`);
  if (parent === undefined) say(`metrics of ${db}; Ctrl-C ends it`);
  await interruptible((asked) => new Promise<void>((resolve) => asked.addEventListener('abort', () => resolve())));
  await listener.close();
  return 0;
}
