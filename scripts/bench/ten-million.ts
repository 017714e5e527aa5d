/**
 * A database with a long past, written by SQL alone: connections at an even rate, whose lifetimes are those of a host that
 * serves and asks: most end in TIME-WAIT or within seconds, one in two hundred lives for hours.
 */
import type Database from 'better-sqlite3';
import { openForWriting } from '../../src/store/index.js';

const ROWS_PER_STATEMENT = 500_000;
/** Mean life of the connections below, seconds: at a steady rate as many are open as come in that time. */
const MEAN_LIFE_S = 133;
const START_US = Date.UTC(2026, 0, 1) * 1000;

export interface Past {
  readonly connections: number;
  /** How many shall be open at a time. */
  readonly open: number;
}

/**
 * `u` and `v` are spread evenly over 0 - 1 (multiples of an odd number, modulo 2^32), so every run makes the same file. Steps
 * are packed as src/store/path-codec.ts says: connect, ESTAB, ... TIME-WAIT (its end by timer), or accept ... LAST-ACK.
 */
const SOCKETS = `
INSERT INTO socket (id, life_class, opened_us, closed_us, netns, family, local_addr, local_port, remote_addr, remote_port,
  state, states, origin, opened_source, closed_source, close_reason, closed_not_before_us, pid, comm, fd, uid, inode, cookie,
  bytes_sent, bytes_received, retransmits, rtt_us, path)
WITH RECURSIVE ids (id) AS (SELECT @first UNION ALL SELECT id + 1 FROM ids WHERE id < @last),
spread AS (
  SELECT id, (id * 2654435761 & 4294967295) / 4294967296.0 AS u, (id * 2246822519 & 4294967295) / 4294967296.0 AS v FROM ids
),
lives AS (
  SELECT id, u, v, u < 0.55 AS asks, CAST(@startUs + (id + v) * @everyUs AS INTEGER) AS opened_us,
    CAST(CASE WHEN u < 0.55 THEN 60000000 + 400000 * v
      WHEN u < 0.9 THEN 1e3 * pow(1e4, v)
      WHEN u < 0.995 THEN 1e7 * pow(60, v)
      ELSE 6e8 * pow(144, v) END AS INTEGER) AS life
  FROM spread
)
SELECT id, min(26, CAST(log2(life) / 2 AS INTEGER) + 1), opened_us, opened_us + life, 4026531840, 4,
  CASE WHEN asks THEN '10.1.0.5' ELSE '10.1.0.4' END, CASE WHEN asks THEN 32768 + id % 28000 ELSE 443 END,
  printf('10.%d.%d.%d', 2 + id % 3, id / 7 % 250, id % 241), CASE WHEN asks THEN 9200 + id % 4 ELSE 32768 + id % 28000 END,
  7, CASE WHEN asks THEN 246 ELSE 906 END, CASE WHEN asks THEN 0 ELSE 1 END, 0, CASE WHEN asks THEN 2 ELSE 0 END, 0,
  CASE WHEN asks THEN opened_us + life - 400000 END, 900 + id % 40, CASE WHEN asks THEN 'node' ELSE 'nginx' END, 5 + id % 900,
  33, 1000000 + id, id, 400 + id % 9000, 900 + id % 90000, 0, 180 + id % 700,
  CASE WHEN asks THEN printf('[114,%d,%d,%d,%d,[%d,400000]]', 171 * 1024 + 33, (life - 60000000) * 1024 + 20,
      (life - 59999900) * 1024 + 69, (life - 59999800) * 1024 + 86, life * 1024 + 512 + 103)
    ELSE printf('[115,%d,%d,%d,%d]', 90 * 1024 + 49, life * 700 / 1000 * 1024 + 24, life * 900 / 1000 * 1024 + 137,
      life * 1024 + 151) END
FROM lives`;

/** One sample of every other connection that a snapshot each second can have met. */
const SAMPLES = `
INSERT INTO samples (connection_id, at_us, recv_q, send_q, timer, timer_ms, retrans, rtt_us, rttvar_us, rto_us, cwnd, mss,
  bytes_sent, bytes_acked, bytes_received, congestion)
SELECT id, opened_us + 500000, 0, 0, 'keepalive', 7000, 0, rtt_us, rtt_us / 2, 204000, 10, 1448, bytes_sent, bytes_sent + 1,
  bytes_received, 'cubic'
FROM socket WHERE id BETWEEN @first AND @last AND id % 2 = 0 AND life_class > 10`;

/** Writes the past into a new file; the database is left open, for writing. */
export function writePast(
  path: string,
  { connections, open }: Past,
  progress: (done: number) => void,
): Database.Database {
  const database = openForWriting(path);
  database.pragma('journal_mode = OFF');
  database.pragma('synchronous = OFF');
  // Ports come in no order: this index is much faster made at the end.
  database.exec('DROP INDEX socket_by_ports');
  const everyUs = (MEAN_LIFE_S * 1e6) / open;
  const sockets = database.prepare(SOCKETS);
  const samples = database.prepare(SAMPLES);
  for (let first = 1; first <= connections; first += ROWS_PER_STATEMENT) {
    const last = Math.min(connections, first + ROWS_PER_STATEMENT - 1);
    sockets.run({ first, last, startUs: START_US, everyUs });
    samples.run({ first, last });
    progress(last);
  }
  database.exec('CREATE INDEX socket_by_ports ON socket (remote_port, local_port)');
  const endUs = Math.floor(START_US + connections * everyUs);
  addRun(database, endUs);
  database.pragma('journal_mode = WAL');
  return database;
}

function addRun(database: Database.Database, endUs: number): void {
  database
    .prepare(
      `INSERT INTO runs (host, boot_id, kernel, sstory, source, interval_us, pid, started_us, last_us, ended_us, "end",
         clock_offset_us) VALUES ('bench', '-', '-', '-', 'bpf', 1000000, 1, @startUs, @endUs, @endUs, 'clean', 0)`,
    )
    .run({ startUs: START_US, endUs });
}
