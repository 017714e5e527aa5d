/** The answers about many hosts; with `host` about one of them, of what is not read from a slice. */
import { basisLines } from '../../fleet/basis-text.js';
import { fleetCounts } from '../../fleet/page/fleet-counts.js';
import { hostActivity } from '../../fleet/page/host-activity.js';
import { hostGaps } from '../../fleet/page/host-gaps.js';
import type { FleetMachine } from '../../fleet/page/machines.js';
import { VERSION } from '../../sys/version.js';
import { inTimeZone } from '../answers/time-zone.js';
import { type Info, type LaneAnswer, type Overview, SORTS } from '../contract.js';
import type { BasisAnswer } from '../contract-fleet.js';
import type { FleetAsked } from './fleet-asked.js';
import { hostBasisLines } from './host-basis.js';
import { behindGap, bucketsOf, type HostRow, hostGroup, hostsInOrder } from './host-groups.js';

const DEFAULT_BUCKETS = 200;
const MOST_BUCKETS = 4_000;
const DEFAULT_WIDTH = 1_000;
const WIDEST = 8_192;
const DEFAULT_HOSTS = 1_000;

/** GET /api/info. */
export async function fleetInfo(asked: FleetAsked): Promise<Info> {
  const { reader } = asked;
  const [machines, machine, span] = await Promise.all([reader.machines(), asked.machine(), reader.span()]);
  const nowUs = Date.now() * 1_000;
  const { firstUs: from_us, completeUs: to_us } = machine ?? { firstUs: span.fromUs, completeUs: span.toUs };
  return {
    version: VERSION,
    host: machine?.host ?? 'fleet',
    file: reader.text,
    time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    now_us: nowUs,
    span: { from_us, to_us: Math.max(to_us, from_us) },
    recording: false,
    stalled: false,
    source: machine?.source ?? null,
    behind_us: Math.max(0, nowUs - to_us),
    connections: null,
    fleet: { hosts: machines.length, host: machine === undefined ? null : (asked.query.text('host') ?? null) },
  };
}

/** GET /api/basis. */
export async function fleetBasis(asked: FleetAsked): Promise<BasisAnswer> {
  const window = await asked.settled(await asked.window());
  const [basis, machine] = await Promise.all([asked.reader.basis(window), asked.machine()]);
  using _zone = inTimeZone(asked.query.text('tz'));
  const lines = machine === undefined ? basisLines(basis) : hostBasisLines(basis, machine.machine);
  return { from_us: window.fromUs, to_us: window.toUs, lines: [...lines] };
}

/** GET /api/overview: of all hosts, or of one. */
export async function fleetOverview(asked: FleetAsked): Promise<Overview> {
  const window = await asked.window();
  const most = asked.query.whole('buckets', { least: 1, most: MOST_BUCKETS, otherwise: DEFAULT_BUCKETS });
  const stepUs = Math.ceil((window.toUs - window.fromUs) / most);
  const count = Math.ceil((window.toUs - window.fromUs) / stepUs);
  const filter = await asked.filter(window);
  const client = await asked.reader.ready();
  const machine = await asked.machine();
  const [counts, gaps] = await Promise.all([
    fleetCounts(client, { ...filter, window, stepUs, count, signal: asked.gone }),
    machine === undefined ? undefined : gapsOf(asked, window, [machine]),
  ]);
  if (machine !== undefined) await asked.noteBeforeSnapshot(machine, window.fromUs);
  const { states, opened, failed } = counts;
  return {
    ...{ from_us: window.fromUs, to_us: window.toUs, bucket_us: stepUs },
    states: Object.fromEntries([...states].map(([state, each]) => [state, [...each]])),
    ...{ opened: [...opened], failed: [...failed] },
    // Of many hosts, some have a gap at almost every time: their rows show them.
    gaps: (machine && gaps?.get(machine.machine))?.map(({ machine: _machine, ...gap }) => gap) ?? [],
    notes: asked.notes,
  };
}

/** GET /api/timeline without `host`: hosts as groups. */
export async function fleetTimeline(asked: FleetAsked): Promise<LaneAnswer> {
  const { query, reader } = asked;
  const window = await asked.window();
  const width = query.whole('width', { least: 1, most: WIDEST, otherwise: DEFAULT_WIDTH });
  const sort = query.oneOf('sort', SORTS, 'worst') === 'worst' ? 'worst' : 'name';
  const offset = query.whole('offset', { most: Number.MAX_SAFE_INTEGER, otherwise: 0 });
  const limit = query.whole('limit', { most: DEFAULT_HOSTS, otherwise: DEFAULT_HOSTS });
  const buckets = bucketsOf(width);
  const filter = await asked.filter(window);
  const client = await reader.ready();
  const machines = await reader.machines();
  const shown = machines.filter(({ firstUs }) => firstUs <= window.toUs);
  const [activity, gaps] = await Promise.all([
    hostActivity(client, { ...filter, window, buckets, signal: asked.gone }),
    gapsOf(asked, window, shown),
  ]);
  const byMachine = new Map(activity.map((each) => [each.machine, each]));
  const isNarrowed = query.text('filter') !== undefined;
  const rows = shown
    .map((machine): HostRow => {
      return { machine, activity: byMachine.get(machine.machine), gaps: gaps.get(machine.machine) ?? [] };
    })
    .filter((row) => !isNarrowed || row.activity !== undefined);
  const place = { window, width, buckets };
  return {
    ...{ from_us: window.fromUs, to_us: window.toUs, width, offset },
    total: rows.reduce((sum, row) => sum + (row.activity?.connections ?? 0), 0),
    groups_total: rows.length,
    place: null,
    groups: hostsInOrder(rows, sort)
      .slice(offset, offset + limit)
      .map((row) => hostGroup(row, machines, place)),
    lanes: [],
    gaps: [],
    notes: asked.notes,
  };
}

/** Where each host's history is incomplete, what it has not sent included. */
async function gapsOf(
  asked: FleetAsked,
  window: { readonly fromUs: number; readonly toUs: number },
  machines: readonly FleetMachine[],
) {
  const [recorded, settled] = await Promise.all([
    hostGaps(await asked.reader.ready(), window, asked.gone),
    asked.settled(window),
  ]);
  return new Map(
    machines.map((machine) => [
      machine.machine,
      [...(recorded.get(machine.machine) ?? []), ...behindGap(machine, settled, window)],
    ]),
  );
}
