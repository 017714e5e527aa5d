import type { FleetQuery } from '../../src/fleet/client.js';
import type { Engine } from '../../test/fleet/engine.js';

/** As FleetClient, without the wire. */
export class EngineFleet {
  constructor(
    private readonly engine: Engine,
    private readonly database: string,
    /** What is asked instead of a statement. */
    private readonly changed: (sql: string) => string,
  ) {}

  async rows<Row>({ sql, params = {} }: FleetQuery): Promise<Row[]> {
    const settings = Object.entries(params).map(
      ([name, value]) => `SET param_${name} = '${String(value).replaceAll("'", "\\'")}'`,
    );
    const before = [
      `USE ${this.database}`,
      'SET output_format_json_quote_64bit_integers = 0',
      'SET use_index_for_in_with_subqueries = 0',
      ...settings,
    ];
    const text = Buffer.from(await this.engine.run(`${this.changed(sql)} FORMAT JSONEachRow`, before)).toString('utf8');
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Row);
  }

  async *batches<Row>(query: FleetQuery): AsyncGenerator<readonly Row[]> {
    yield await this.rows<Row>(query);
  }

  /** Rows that the engine has read from tables since it was started. */
  async rowsRead(): Promise<number> {
    const [row] = await this.engine.rows<{ value: string }>(
      "SELECT value FROM system.events WHERE event = 'SelectedRows'",
    );
    return Number(row?.value ?? 0);
  }
}
