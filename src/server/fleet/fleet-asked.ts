/** One request about many hosts: its parameters, and what they mean. */
import { compileToClickHouse, type FleetCondition } from '../../filter/clickhouse.js';
import { parseFilter } from '../../filter/parse.js';
import { resolveNames } from '../../filter/resolve.js';
import { fleetLookups } from '../../fleet/lookups.js';
import { type FleetMachine, machineNamed } from '../../fleet/page/machines.js';
import { SETTLED_US } from '../../fleet/recorded-span.js';
import { usageError } from '../../model/error.js';
import { FIRST_SHOWN_US } from '../../model/first-shown.js';
import type { Interval } from '../../model/interval.js';
import type { TcpState } from '../../model/tcp-state.js';
import { localTime } from '../../model/time-text.js';
import { momentOf } from '../../request/time-window.js';
import { systemLookups } from '../../sys/system-lookups.js';
import type { Query } from '../query.js';
import type { FleetReader } from './fleet-reader.js';

const MICROSECONDS = /^\d{12,17}$/;

export interface FleetFilter {
  /** Without its states. */
  readonly condition: FleetCondition;
  readonly states: ReadonlySet<TcpState> | undefined;
}

export class FleetAsked {
  /** What a person should know about the answer. */
  readonly notes: string[] = [];

  constructor(
    readonly reader: FleetReader,
    readonly query: Query,
    /** Aborted when no one waits for the answer any more. */
    readonly gone: AbortSignal,
  ) {}

  readonly note = (text: string): void => {
    if (!this.notes.includes(text)) this.notes.push(text);
  };

  /** The host that is asked about; undefined: all. */
  async machine(): Promise<FleetMachine | undefined> {
    const name = this.query.text('host');
    return name === undefined ? undefined : machineNamed(name, await this.reader.machines());
  }

  /**
   * From `from` to `to`; without `to` up to what was sent last, without `from` the 15 minutes before.
   * @throws SstoryError `bad-time`, `empty-window`
   */
  async window(): Promise<Interval> {
    const span = await this.reader.span();
    const toUs = this.time('to', span) ?? span.toUs;
    const fromUs = this.time('from', span) ?? Math.max(Math.min(span.fromUs, toUs), toUs - FIRST_SHOWN_US);
    if (fromUs > toUs)
      throw usageError('empty-window', `from ${localTime(fromUs)} is later than to ${localTime(toUs)}`);
    return { fromUs, toUs: Math.max(toUs, fromUs + 1) };
  }

  /**
   * The times of a request, also where they are moments; undefined: it names none.
   * @throws SstoryError `bad-time`
   */
  async askedWindow(): Promise<Interval | undefined> {
    const span = await this.reader.span();
    const times = ['from', 'to', 'at', 'first', 'second'].flatMap((name) => this.time(name, span) ?? []);
    return times.length === 0 ? undefined : { fromUs: Math.min(...times), toUs: Math.max(...times) };
  }

  /**
   * The moments of a request.
   * @throws SstoryError `bad-time`
   */
  async moments(): Promise<readonly number[]> {
    const span = await this.reader.span();
    return [...new Set(['at', 'first', 'second'].flatMap((name) => this.time(name, span) ?? []))];
  }

  /** Notes that the sockets from before the recorder of a host are not known at a moment, for it had taken no snapshot by then. */
  async noteBeforeSnapshot({ machine }: FleetMachine, atUs: number): Promise<void> {
    const { hosts } = await this.reader.basis({ fromUs: atUs, toUs: atUs });
    const early = hosts.find((each) => each.machine === machine && each.beforeSnapshot);
    if (early === undefined) return;
    this.note(
      `no snapshot had been taken yet at ${localTime(atUs)} on ${early.host}: sockets opened before its recorder started are missing`,
    );
  }

  /** The part of a window that every host can have sent by now. */
  async settled({ fromUs, toUs }: Interval): Promise<Interval> {
    const span = await this.reader.span();
    return { fromUs, toUs: Math.max(fromUs, Math.min(toUs, span.toUs - SETTLED_US)) };
  }

  /**
   * `filter`, and `host` where it is given.
   * @throws SstoryError of the filter language
   */
  async filter(window: Interval): Promise<FleetFilter> {
    if (this.query.text('netns') !== undefined)
      throw usageError('usage', 'netns: over a fleet, put `netns = NAME` into the filter');
    const words = this.query.text('filter')?.split(/\s+/) ?? [];
    const parsed = parseFilter(words.filter((word) => word !== ''));
    const client = await this.reader.ready();
    const resolved = await resolveNames(parsed, fleetLookups(client, window, systemLookups(), this.note));
    const { sql, params } = compileToClickHouse({ ...resolved, states: undefined }, { during: window });
    const machine = await this.machine();
    const condition =
      machine === undefined
        ? { sql, params }
        : { sql: `machine = {host:String} AND (${sql})`, params: { ...params, host: machine.machine } };
    return { condition, states: resolved.states };
  }

  private time(name: string, span: Interval): number | undefined {
    const text = this.query.text(name);
    if (text === undefined) return undefined;
    return MICROSECONDS.test(text) ? Number(text) : momentOf(text, span, this.note);
  }
}
