/** What answers questions about a fleet: about all hosts ClickHouse, about one host a slice of its history as a database. */
import { FleetClient } from '../../fleet/client.js';
import { SstoryError } from '../../model/error.js';
import { jsonText } from '../../model/printable.js';
import { FORMATS } from '../answers/answers.js';
import { overviewTable, timelineTable } from '../csv/answer-tables.js';
import { type CsvTable, csvPieces } from '../csv/csv-table.js';
import type { HistoryDesks } from '../history-desks.js';
import { type Parameters, Query } from '../query.js';
import { fleetBasis, fleetInfo, fleetOverview, fleetTimeline } from './fleet-answers.js';
import { FleetAsked } from './fleet-asked.js';
import { fleetComplete } from './fleet-complete.js';
import { FleetReader, type FleetSource } from './fleet-reader.js';
import { fleetTroubles } from './fleet-troubles.js';
import { KeptSlices } from './kept-slices.js';
import { sliceByProcess } from './slice-maker.js';

/** An answer as texts. */
type OwnAnswer = (asked: FleetAsked) => Promise<Iterable<string>>;

const LIMIT_MS = 30_000;

function json(make: (asked: FleetAsked) => Promise<unknown>): OwnAnswer {
  return async (asked) => [jsonText(await make(asked))];
}

function view<T>(make: (asked: FleetAsked) => Promise<T>, tableOf: (answer: T) => CsvTable): OwnAnswer {
  return async (asked) => {
    const isCsv = asked.query.oneOf('format', FORMATS, 'json') === 'csv';
    const answer = await make(asked);
    return isCsv ? csvPieces(tableOf(answer)) : [jsonText(answer)];
  };
}

/** Those that ClickHouse answers, with `host` or without it. */
const OF_EACH: Readonly<Record<string, OwnAnswer>> = {
  info: json(fleetInfo),
  basis: json(fleetBasis),
  overview: view(fleetOverview, overviewTable),
};
/** Those that it answers without `host`. */
const OF_ALL: Readonly<Record<string, OwnAnswer>> = {
  timeline: view(fleetTimeline, timelineTable),
  explain: fleetTroubles,
  complete: json(fleetComplete),
};

const OF_MOMENTS: ReadonlySet<string> = new Set(['ss', 'diff']);

export class FleetDesk {
  private readonly reader: FleetReader;
  private readonly slices: KeptSlices;

  /** @throws SstoryError `bad-fleet-url`, `no-file` */
  constructor(source: FleetSource) {
    this.reader = new FleetReader(FleetClient.of(source.name, source.url));
    this.slices = new KeptSlices(source.url, sliceByProcess(source));
  }

  /** The address of the fleet, without its user. */
  get text(): string {
    return this.reader.text;
  }

  /** What answers this request without a database; undefined: `desksOf` has it. */
  ownAnswer(route: string, parameters: Parameters): OwnAnswer | undefined {
    const isAboutAll = (parameters['host'] ?? '') === '';
    return OF_EACH[route] ?? (isAboutAll ? OF_ALL[route] : undefined);
  }

  /**
   * Answers.
   * @throws SstoryError `too-long`, and those of the fleet
   */
  async answer(own: OwnAnswer, parameters: Parameters, client: AbortSignal): Promise<Iterable<string>> {
    const late = AbortSignal.timeout(LIMIT_MS);
    const asked = new FleetAsked(this.reader, new Query(parameters), AbortSignal.any([client, late]));
    try {
      return await own(asked);
    } catch (error) {
      if (!late.aborted) throw error;
      throw new SstoryError('too-long', `the answer took more than ${LIMIT_MS / 1_000} s, and was stopped`, {
        hint: 'narrow the range or the filter',
      });
    }
  }

  /**
   * What answers questions about the host of a request.
   * @throws SstoryError `needs-host`, `no-host`, and those of the fleet
   */
  async desksOf(parameters: Parameters, client: AbortSignal): Promise<HistoryDesks> {
    const asked = new FleetAsked(this.reader, new Query(parameters), client);
    const machine = await asked.machine();
    if (machine === undefined)
      throw new SstoryError('needs-host', 'over a fleet, this is answered about one host: host=NAME', {
        hint: '`sstory ss`, `log`, `names` and `sql` with --fleet ask all hosts',
      });
    return await this.slices.desksFor(machine, await asked.askedWindow(), await asked.window());
  }

  /**
   * What a slice does not show of the moments of a request: the first snapshots of a host's recorder are not in it.
   * @throws SstoryError those of the fleet
   */
  async notesOf(route: string, parameters: Parameters, client: AbortSignal): Promise<readonly string[]> {
    if (!OF_MOMENTS.has(route)) return [];
    const asked = new FleetAsked(this.reader, new Query(parameters), client);
    const machine = await asked.machine();
    if (machine === undefined) return [];
    for (const us of await asked.moments()) await asked.noteBeforeSnapshot(machine, us);
    return asked.notes;
  }

  /** @throws SstoryError where the fleet cannot be asked */
  async check(): Promise<void> {
    await this.reader.ready();
  }

  /** Deletes the slices. */
  close(): void {
    this.slices.close();
  }

  async closed(): Promise<void> {
    await this.reader.close();
  }
}
