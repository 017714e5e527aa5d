/** A connection to a fleet's ClickHouse, by the official client over HTTPS. */
import { Agent } from 'node:https';
import { type ClickHouseClient, type ClickHouseSettings, createClient } from '@clickhouse/client';
import { SstoryError } from '../model/error.js';
import { type FleetAddress, type FleetSecrets, fleetSecrets, parseFleetUrl } from './address.js';
import { BrokenAnswer, fleetError } from './fleet-error.js';
import { COLUMNS_OF_DATABASE, type FoundColumn, lacking } from './schema-check.js';
import { columnNames, type FleetTable, type TableName, versionedName } from './tables.js';

/** Named parameters of a query: `{f0:String}` in its text. */
export type FleetParams = Readonly<Record<string, string | number | readonly (string | number)[]>>;

export interface FleetQuery {
  readonly sql: string;
  readonly params?: FleetParams;
  readonly settings?: ClickHouseSettings;
  readonly signal?: AbortSignal | undefined;
}

const REQUEST_MS = 60_000;
const MOST_CONNECTIONS = 4;
/** Of what is missing, in a message. */
const MOST_LISTED = 4;

/** 64-bit numbers as numbers: those that rows have are exact in a double. The longest filter that is accepted is 1,500 deep. A
 * question ends with the one who asked it. */
const SETTINGS: ClickHouseSettings = {
  output_format_json_quote_64bit_integers: 0,
  max_parser_depth: '10000',
  max_ast_depth: '10000',
  cancel_http_readonly_queries_on_client_close: 1,
  // With it, a set inside a set is made without the inner one, which reads all of `lives`.
  use_index_for_in_with_subqueries: 0,
};

export class FleetClient {
  private constructor(
    private readonly client: ClickHouseClient,
    readonly address: FleetAddress,
  ) {}

  /**
   * Connects without a request.
   * @param name what the URL was given by, for messages: `--fleet`
   * @throws SstoryError `bad-fleet-url`, `no-file`
   */
  static of(name: string, url: string, secrets: FleetSecrets = fleetSecrets()): FleetClient {
    return FleetClient.at(parseFleetUrl(name, url), secrets);
  }

  static at(address: FleetAddress, secrets: FleetSecrets): FleetClient {
    return new FleetClient(clientOf(address, secrets), address);
  }

  /**
   * Connects, and checks that the database has every table and column that this version reads, or writes.
   * @throws SstoryError `fleet-unreachable`, `fleet-refused`, `fleet-schema` and others of `fleetError`
   */
  static async connect(
    name: string,
    url: string,
    { use = 'read', secrets = fleetSecrets() }: { use?: 'read' | 'write'; secrets?: FleetSecrets } = {},
  ): Promise<FleetClient> {
    const fleet = FleetClient.of(name, url, secrets);
    try {
      await fleet.probe(use);
    } catch (error) {
      await fleet.close();
      throw error;
    }
    return fleet;
  }

  /**
   * Compares the tables of the database with those that this version uses: at every connect, nothing of it is remembered.
   * @throws SstoryError `fleet-schema`, which names what is missing
   */
  async probe(use: 'read' | 'write' = 'read', tables?: readonly FleetTable[]): Promise<void> {
    const lacks = lacking(await this.rows<FoundColumn>({ sql: COLUMNS_OF_DATABASE }), tables, use);
    if (lacks.length === 0) return;
    const more = lacks.length > MOST_LISTED ? ` and ${lacks.length - MOST_LISTED} more` : '';
    const { text, database } = this.address;
    throw new SstoryError('fleet-schema', `${text} lacks ${lacks.slice(0, MOST_LISTED).join(', ')}${more}`, {
      hint: `sstory fleet init makes what is missing in ${database}; it deletes nothing`,
    });
  }

  /** All rows of an answer. */
  async rows<Row>(query: FleetQuery): Promise<Row[]> {
    const all: Row[] = [];
    for await (const rows of this.batches<Row>(query)) for (const row of rows) all.push(row);
    return all;
  }

  /** The rows of an answer, as they arrive, in batches. */
  async *batches<Row>(query: FleetQuery): AsyncGenerator<readonly Row[]> {
    const answer = await this.asked(() => this.query(query));
    try {
      for await (const rows of answer.stream<Row>()) yield rows.map((row) => parsed<Row>(row));
    } catch (error) {
      throw fleetError(error, this.address);
    } finally {
      answer.close();
    }
  }

  /**
   * The rows of a statement that a person wrote, in batches: first the names of its columns, then their types, then values. The server
   * changes nothing for it. Numbers of 64 bits and more are texts.
   */
  async *table(sql: string, signal: AbortSignal): AsyncGenerator<readonly (readonly unknown[])[]> {
    const answer = await this.asked(() =>
      this.client.query({
        query: sql,
        format: 'JSONCompactEachRowWithNamesAndTypes',
        clickhouse_settings: { ...SETTINGS, output_format_json_quote_64bit_integers: 1, readonly: '2' },
        abort_signal: signal,
      }),
    );
    try {
      for await (const rows of answer.stream<unknown>()) yield rows.map((row) => parsed<unknown[]>(row));
    } catch (error) {
      if (!signal.aborted) throw fleetError(error, this.address);
    } finally {
      answer.close();
    }
  }

  /** A statement without an answer. */
  async command(sql: string, settings: ClickHouseSettings = {}): Promise<void> {
    await this.asked(() => this.client.command({ query: sql, clickhouse_settings: settings }));
  }

  /**
   * Inserts rows into the newest version of a table. Resolves when they are in it, as far as the server says.
   * @param token the server drops an insert whose token it remembers
   */
  async insert<Row extends object>(
    table: TableName,
    rows: readonly Row[],
    { token, settings, signal }: { token?: string; settings?: ClickHouseSettings; signal?: AbortSignal } = {},
  ): Promise<void> {
    if (rows.length === 0) return;
    const columns = columnNames(table);
    await this.asked(() =>
      this.client.insert({
        table: versionedName(table),
        columns,
        // Without the names of columns in each row: they were half of its bytes.
        values: rows.map((row) => columns.map((column) => (row as Readonly<Record<string, unknown>>)[column] ?? null)),
        format: 'JSONCompactEachRow',
        clickhouse_settings: { ...settings, ...(token === undefined ? {} : { insert_deduplication_token: token }) },
        ...(signal === undefined ? {} : { abort_signal: signal }),
      }),
    );
  }

  async close(): Promise<void> {
    await this.client.close();
  }

  private query({ sql, params, settings, signal }: FleetQuery) {
    return this.client.query({
      query: sql,
      format: 'JSONEachRow',
      ...(params === undefined ? {} : { query_params: params as Record<string, unknown> }),
      clickhouse_settings: { ...SETTINGS, ...settings },
      ...(signal === undefined ? {} : { abort_signal: signal }),
    });
  }

  private async asked<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    try {
      return await ask();
    } catch (error) {
      throw fleetError(error, this.address);
    }
  }
}

/** A server that fails while it answers writes why in place of the next row. */
function parsed<Value>(row: { json<T>(): T; readonly text: string }): Value {
  try {
    return row.json<Value>();
  } catch {
    throw new BrokenAnswer(row.text);
  }
}

function clientOf({ origin, user, database }: FleetAddress, { password, ca }: FleetSecrets): ClickHouseClient {
  return createClient({
    url: origin,
    username: user,
    password,
    database,
    application: 'sstory',
    request_timeout: REQUEST_MS,
    max_open_connections: MOST_CONNECTIONS,
    // Its log would go to stdout. Errors are thrown all the same.
    log: { LoggerClass: NoLog },
    ...(origin.startsWith('https:') ? { http_agent: verifyingAgent(ca) } : {}),
  });
}

/** Verifies the server whatever NODE_TLS_REJECT_UNAUTHORIZED says. */
function verifyingAgent(ca: Buffer | undefined): Agent {
  return new Agent({
    keepAlive: true,
    maxSockets: MOST_CONNECTIONS,
    rejectUnauthorized: true,
    ...(ca === undefined ? {} : { ca }),
  });
}

class NoLog {
  trace(): void {}
  debug(): void {}
  info(): void {}
  warn(): void {}
  error(): void {}
}
