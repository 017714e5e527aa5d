import { Option } from 'commander';
import { CounterFile } from '../../server/metrics/counter-file.js';
import { Metrics } from '../../server/metrics/metrics.js';
import { startMetricsListener } from '../../server/metrics/metrics-listener.js';
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
  metricsListener,
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
    const file = new CounterFile(database);
    const metrics = new Metrics(database, { labels: label, withinMs: Number.POSITIVE_INFINITY }, file.read());
    process.stdout.write(await metrics.scrape());
    file.write(metrics);
    return 0;
  },
});

async function listen(address: ListenAddress, options: MetricsCommandOptions): Promise<number> {
  const { db, tokenFile, parent } = options;
  openForReading(db).close();
  // Before: the owner of the database may not read the file.
  const token = tokenFile === undefined ? undefined : tokenFor(address, tokenFile);
  const scraped = metricsListener(address, { ...options, token });
  giveUpPrivileges(db, token === undefined ? {} : { [TOKEN_VARIABLE]: token });
  if (parent !== undefined) endWithParent(parent);
  const listener = await startMetricsListener(scraped);
  process.stdout.write(`http://${listener.address}/metrics\n`);
  if (parent === undefined) say(`metrics of ${db}; Ctrl-C ends it`);
  await interruptible((asked) => new Promise<void>((resolve) => asked.addEventListener('abort', () => resolve())));
  await listener.close();
  return 0;
}
