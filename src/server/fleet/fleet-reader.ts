/** The connection to a fleet's ClickHouse, and what every answer needs of it, asked once for requests at the same time. */
import { type Basis, basisOf } from '../../fleet/basis.js';
import type { FleetClient } from '../../fleet/client.js';
import { type FleetMachine, fleetMachines } from '../../fleet/page/machines.js';
import { SstoryError } from '../../model/error.js';
import type { Interval } from '../../model/interval.js';

/** What was asked is asked again after so long, milliseconds: hosts send every 10 seconds. */
const KEPT_MS = 2_000;
/** The tables are compared with what is needed again after so long, milliseconds, and after every failure. */
const CHECKED_MS = 60_000;
const MOST_KEPT = 32;

export interface FleetSource {
  /** What the URL was given by, for messages. */
  readonly name: string;
  readonly url: string;
}

export class FleetReader {
  private checked: { readonly atMs: number; readonly done: Promise<void> } | undefined;
  private readonly kept = new Map<string, { readonly atMs: number; readonly value: Promise<unknown> }>();

  constructor(private readonly client: FleetClient) {}

  get text(): string {
    return this.client.address.text;
  }

  /**
   * The client, once its tables were found to be those that are needed.
   * @throws SstoryError `fleet-unreachable`, `fleet-refused`, `fleet-schema` and others of `fleetError`
   */
  async ready(): Promise<FleetClient> {
    const now = performance.now();
    if (this.checked === undefined || now - this.checked.atMs > CHECKED_MS) {
      const check = { atMs: now, done: this.client.probe() };
      this.checked = check;
      check.done.catch(() => {
        if (this.checked === check) this.checked = undefined;
      });
    }
    await this.checked.done;
    return this.client;
  }

  /**
   * By name.
   * @throws SstoryError `empty` where no host has sent anything
   */
  async machines(): Promise<readonly FleetMachine[]> {
    const found = await this.once('machines', async () => fleetMachines(await this.ready()));
    if (found.length > 0) return found;
    throw new SstoryError('empty', `${this.text}: no host has sent anything yet`, {
      hint: '`sstory ship --to URL` sends the history of a host',
    });
  }

  /** From the first to the last moment that any host sent. */
  async span(): Promise<Interval> {
    const machines = await this.machines();
    return {
      fromUs: Math.min(...machines.map(({ firstUs }) => firstUs)),
      toUs: Math.max(...machines.map(({ completeUs }) => completeUs)),
    };
  }

  async basis(window: Interval): Promise<Basis> {
    return await this.once(`basis ${window.fromUs} ${window.toUs}`, async () => basisOf(await this.ready(), window));
  }

  async close(): Promise<void> {
    await this.client.close();
  }

  /** The answer to the same question, while it is young. A failure is not kept. */
  async once<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const now = performance.now();
    const known = this.kept.get(key);
    if (known !== undefined && now - known.atMs < KEPT_MS) return (await known.value) as T;
    const value = ask();
    const entry = { atMs: now, value };
    this.kept.delete(key);
    this.kept.set(key, entry);
    for (const old of this.kept.keys()) {
      if (this.kept.size <= MOST_KEPT) break;
      this.kept.delete(old);
    }
    value.catch(() => {
      if (this.kept.get(key) === entry) this.kept.delete(key);
    });
    return await value;
  }
}
