import { ended, PATH } from './socket-columns.js';

/** What a lane is drawn by: with five columns, a row takes better-sqlite3 a third of the time. */
export const LANE_COLUMNS = `id, opened_us, ${ended('closed_us')}, close_reason, ${PATH}`;

/** A row of LANE_COLUMNS. */
export type LaneValues = readonly [
  id: number,
  opened_us: number,
  closed_us: number | null,
  close_reason: number | null,
  path: string,
];

/** Where LANE_COLUMNS have `opened_us`. */
export const LANE_OPENED_AT = 1;

/** What it is grouped and sorted by. */
export const LANE_FACT_COLUMNS = 'id, netns, local_addr, local_port, remote_addr, remote_port, origin, comm, cgroup_id';

/** A row of LANE_FACT_COLUMNS. */
export type LaneFactValues = readonly [
  id: number,
  netns: number,
  local_addr: string,
  local_port: number,
  remote_addr: string,
  remote_port: number,
  origin: number,
  comm: string | null,
  cgroup_id: number | null,
];
