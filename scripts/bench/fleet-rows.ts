/** Rows of a fleet, made inside ClickHouse's engine: what 500 hosts have sent. */

export const HOSTS = 500;
export const DAY_US = 86_400_000_000;
/** Numbers of connections in a block, which is made once and copied with other times. */
export const BLOCK_ROWS = 1_000_000;
/** 2026-11-18 00:00 UTC. */
export const FROM_US = 1_794_960_000_000_000;
/** Connections of each host that are open at the end. */
const OPEN_EACH = 200;
/** A segment of each host. */
const SEGMENT_US = 10_000_000;

/** One insert reads, sorts and writes a whole block: copies of it are parts as large. */
const WHOLE_BLOCKS =
  'SETTINGS max_insert_block_size = 4000000, min_insert_block_size_rows = 4000000, min_insert_block_size_bytes = 8000000000';

export const MACHINE = "concat('machine-', toString(h))";
const ORIGIN_COLUMNS = 'schema, host, machine, file, boot, segment';
const ORIGIN = `1, concat('web-', toString(h)), ${MACHINE}, concat('file-', toString(h)), concat('boot-', toString(h))`;

/**
 * The first `rows` connections, which end evenly over `blockUs`: lives of 1 ms to 2 hours, evenly over the orders of magnitude, one in 50
 * a connect without an answer, in the order in which they end, as shippers send them.
 */
export function firstBlock(rows: number, blockUs: number): string {
  const life = 'toInt64(pow(10, 3 + 6.857 * (cityHash64(number, 1) % 1000000) / 1000000))';
  return `INSERT INTO lives_v1 (${ORIGIN_COLUMNS}, run, connection_id, netns, family, local_addr,
    local_port, remote_addr, remote_port, opened_us, opened_source, states, origin, pid, comm, fd, uid, inode, cookie,
    bytes_sent, bytes_received, retransmits, step_us, step_from, step_into, step_source, step_earlier_us, owner_pid, owner_tid,
    owner_fd, owner_comm, owner_from_us, owner_to_us, owner_inferred, remote_names, life_class, closed_us, closed_source, close_reason)
  SELECT ${ORIGIN}, intDiv(number, 1000), 1, number, 4026531840, 4, toIPv6(concat('::ffff:10.1.', toString(intDiv(h, 250)), '.', toString(h % 250))),
    32768 + r % 28000, toIPv6(concat('::ffff:10.0.0.', toString(r % 200))), [443, 5432, 6379, 9200][1 + r % 4], opened, 'probe',
    if(failed, 132, 4998), 'connect', 1000 + r % 500, ['java', 'nginx', 'python3', 'postgres'][1 + r % 4], 3 + r % 90, 1000, number * 3, number,
    r % 10000, r % 100000, if(failed, 6, 0),
    if(failed, [0, life], [0, 300, life - 200, life - 100, life]),
    if(failed, ['UNCONN', 'SYN-SENT'], ['UNCONN', 'SYN-SENT', 'ESTAB', 'FIN-WAIT-1', 'FIN-WAIT-2']),
    if(failed, ['SYN-SENT', 'UNCONN'], ['SYN-SENT', 'ESTAB', 'FIN-WAIT-1', 'FIN-WAIT-2', 'UNCONN']),
    if(failed, ['probe', 'probe'], ['probe', 'probe', 'probe', 'probe', 'probe']),
    if(failed, [NULL, NULL], [NULL, NULL, NULL, NULL, NULL]),
    [1000 + r % 500], [NULL], [3 + r % 90], [['java', 'nginx', 'python3', 'postgres'][1 + r % 4]], [opened], [NULL], [0],
    [concat('db', toString(r % 200), '.internal')],
    least(26, toUInt8(floor(log2(greatest(life, 4)) / 2) + 1)), opened + life, 'probe', if(failed, 'timed out', 'orderly')
  FROM (SELECT number, cityHash64(number) AS r, cityHash64(number, 2) % ${HOSTS} AS h, ${life} AS life, cityHash64(number, 3) % 50 = 0 AS failed,
    toInt64(${FROM_US} + intDiv(number * ${blockUs}, ${rows}) - life) AS opened FROM numbers(${rows})) ${WHOLE_BLOCKS}`;
}

/** The first block again, `index` blocks later. */
export function copiedBlock(index: number, rows: number, blockUs: number): string {
  const us = index * blockUs;
  return `INSERT INTO lives_v1 SELECT * REPLACE (opened_us + ${us} AS opened_us, closed_us + ${us} AS closed_us,
    connection_id + ${index * rows} AS connection_id, segment + ${intBlock(index, rows)} AS segment,
    arrayMap(us -> us + ${us}, owner_from_us) AS owner_from_us)
  FROM (SELECT * FROM lives_v1 WHERE connection_id < ${rows} AND closed_us <= ${FROM_US + blockUs}) ${WHOLE_BLOCKS}`;
}

function intBlock(index: number, rows: number): number {
  return Math.floor((index * rows) / 1_000);
}

/** What belongs to no closed connection, for a history of `days` days. */
export function otherRows(days: number): readonly string[] {
  const endUs = FROM_US + days * DAY_US;
  const connection =
    'run, netns, netns_name, family, local_addr, local_port, remote_addr, remote_port, opened_source, states, origin, pid, comm, fd, uid, \
inode, cookie, step_us, step_from, step_into, step_source, step_earlier_us, owner_pid, owner_tid, owner_fd, owner_comm, owner_from_us, owner_to_us, owner_inferred, remote_names';
  const open = (
    version: number,
  ) => `INSERT INTO open_lives_v1 (schema, host, machine, file, boot, segment, ${connection}, connection_id, opened_us, version)
    SELECT schema, host, machine, file, boot, 0, ${connection}, 1000000000 + connection_id, ${endUs} - r, ${version}
    FROM (SELECT *, 3600000000 + cityHash64(connection_id) % ${DAY_US} AS r FROM lives_v1 WHERE close_reason = 'orderly' LIMIT ${HOSTS * OPEN_EACH})`;
  return [
    // Sent again each hour: the last three are there.
    ...[3, 2, 1].map((hours) => open(endUs - hours * 1_200_000_000)),
    // Those that were open for more than 10 s, by the row that says that they have ended: of the last day.
    `INSERT INTO open_lives_v1 (schema, host, machine, file, boot, segment, ${connection}, connection_id, opened_us, version, is_deleted)
      SELECT schema, host, machine, file, boot, segment, ${connection}, connection_id, opened_us, closed_us, 1
      FROM lives_v1 WHERE closed_us > ${endUs - DAY_US} AND closed_us - opened_us > 10000000`,
    `INSERT INTO hosts_v1 (${ORIGIN_COLUMNS}, first_us, complete_us, version, what, netns, clock_offset_us, clock_error_us)
      SELECT ${ORIGIN}, 0, ${FROM_US}, ${endUs} - if(h % 50 = 0, ${DAY_US}, 5000000), ${endUs}, 'failures,slow', 4026531840, h, 100
      FROM (SELECT number AS h FROM numbers(${HOSTS}))`,
    // A day before and after the moments that are asked for; one host in 100 lacks some.
    `INSERT INTO segments_v1 (${ORIGIN_COLUMNS}, last, from_us, to_us, what)
      SELECT ${ORIGIN}, n * 20 + 1, n * 20 + 20, ${FROM_US} + n * ${SEGMENT_US}, ${FROM_US} + (n + 1) * ${SEGMENT_US}, 'failures,slow'
      FROM (SELECT number % ${HOSTS} AS h, intDiv(number, ${HOSTS}) + ${Math.max(0, days - 3) * (DAY_US / SEGMENT_US)} AS n
        FROM numbers(${(HOSTS * Math.min(days, 3) * DAY_US) / SEGMENT_US}))
      WHERE NOT (h % 100 = 7 AND n % 1000 = 0)`,
    `INSERT INTO gaps_v1 (${ORIGIN_COLUMNS}, gap_id, from_us, to_us, lost, reason, scope)
      SELECT ${ORIGIN}, 0, number, ${FROM_US} + number * 1000000, ${FROM_US} + number * 1000000 + 500000, 3, 'overrun', 'transitions'
      FROM (SELECT number, number % ${HOSTS} AS h FROM numbers(${Math.min(days, 30) * 2_000}))`,
    `INSERT INTO counts_v1 (${ORIGIN_COLUMNS}, minute_us, netns, comm, origin, family, remote_addr, remote_port, connections)
      SELECT ${ORIGIN}, number, ${endUs} - intDiv(number, ${HOSTS * 20}) * 60000000, 4026531840, 'java', 'connect', 4,
        toIPv6(concat('::ffff:10.0.0.', toString(intDiv(number, ${HOSTS}) % 20))), 443, 60
      FROM (SELECT number, number % ${HOSTS} AS h FROM numbers(${HOSTS * 20 * 600}))`,
  ];
}
