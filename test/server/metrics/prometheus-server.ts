/** A Prometheus of the system, on loopback, for the length of a test. */
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Stage } from '../../lab/stage.js';
import { until } from '../../lab/until.js';

/** The most that it runs, milliseconds. */
const LIMIT_MS = 60_000;

interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [time: number, value: string];
}

interface Scraping {
  readonly target: string;
  readonly token?: string;
  readonly rules?: string;
}

export class PrometheusServer {
  private constructor(private readonly address: string) {}

  /** Starts it in a directory of the stage, scraping a target every 200 ms. */
  static async start(stage: Stage, { target, token, rules }: Scraping): Promise<PrometheusServer> {
    const directory = await stage.directory();
    const config = join(directory, 'prometheus.yml');
    const authorization = token === undefined ? '' : `\n    authorization: { credentials: ${token} }`;
    writeFileSync(
      config,
      `global: { scrape_interval: 200ms, scrape_timeout: 200ms, evaluation_interval: 200ms }
rule_files: [${rules ?? ''}]
scrape_configs:
  - job_name: sstory${authorization}
    static_configs: [{ targets: ['${target}'] }]
`,
    );
    const address = `127.0.0.1:${await freePort()}`;
    const child = execa(
      'prometheus',
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(directory, 'data')}`,
        `--web.listen-address=${address}`,
        '--log.level=error',
      ],
      { reject: false, timeout: LIMIT_MS, stdin: 'ignore' },
    );
    stage.process(child);
    const server = new PrometheusServer(address);
    await until('Prometheus to be ready', () => server.isReady());
    return server;
  }

  /** The series that an expression selects now; throws where it is invalid. */
  async query(expression: string): Promise<readonly Series[]> {
    const { status, error, data } = (await this.api(`query?query=${encodeURIComponent(expression)}`)) as {
      status: string;
      error?: string;
      data: { resultType: string; result: readonly Series[] };
    };
    if (status !== 'success') throw new Error(`${expression}: ${error}`);
    return data.result;
  }

  /** The value of the one series that an expression selects; undefined: none. */
  async value(expression: string): Promise<number | undefined> {
    const [series] = await this.query(expression);
    return series === undefined ? undefined : Number(series.value[1]);
  }

  /** By name, the health of the rules. */
  async ruleHealth(): Promise<Readonly<Record<string, string>>> {
    const { data } = (await this.api('rules')) as {
      data: { groups: readonly { rules: readonly { name: string; health: string }[] }[] };
    };
    return Object.fromEntries(data.groups.flatMap(({ rules }) => rules.map(({ name, health }) => [name, health])));
  }

  private async isReady(): Promise<boolean> {
    return await fetch(`http://${this.address}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  }

  private async api(path: string): Promise<unknown> {
    const response = await fetch(`http://${this.address}/api/v1/${path}`);
    return await response.json();
  }
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
