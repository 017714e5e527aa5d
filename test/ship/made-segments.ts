/** Segments with connections that ended at given times. */
import { FLEET_SCHEMA } from '../../src/fleet/columns.js';
import { lifeRow } from '../../src/fleet/life-row.js';
import type { SentSegment } from '../../src/ship/state.js';
import type { Segment } from '../../src/ship/target.js';
import { BASE_US, connectionOf } from '../lab/history.js';

const HOST = { host: 'lab', machine: 'm', file: 'f', boot: 'b' };

export function segmentOf(first: number, closedUs: readonly number[]): Segment {
  const lives = closedUs.map((us, index) => {
    const atS = (us - BASE_US) / 1e6;
    const connection = connectionOf(first + index, [
      [atS, 'ESTAB'],
      [atS, 'UNCONN'],
    ]);
    const known = {
      connection,
      run: 1,
      place: { netnsName: undefined, cgroup: undefined },
      owners: [],
      remoteNames: [],
    };
    const row = lifeRow({ ...known, sample: undefined }, HOST, first);
    if (row === undefined) throw new Error('it is open');
    return row;
  });
  const last = first + closedUs.length - 1;
  const [fromUs, toUs] = [Math.min(...closedUs), Math.max(...closedUs)];
  const segment = {
    schema: FLEET_SCHEMA,
    ...HOST,
    segment: first,
    last,
    from_us: fromUs,
    to_us: toUs,
    lives: lives.length,
  };
  return { first, last, key: `m/f/b/${first}-${last}`, tables: { lives, segments: [segment] } };
}

/** What is kept of a segment that was sent. */
export function sentOf({ first, last, tables }: Segment, receipt: number): SentSegment {
  const times = (tables.lives ?? []).map((row) => Number(row['closed_us']));
  const [earliestUs, latestUs] = [Math.min(...times), Math.max(...times)];
  const lives = tables.lives?.length ?? 0;
  const own = { first, last, lost: 0, fromUs: earliestUs, toUs: latestUs, sentAtUs: latestUs };
  return { ...own, lives, counts: 0, earliestUs, latestUs, receipt };
}
