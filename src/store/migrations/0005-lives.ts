/**
 * A row of `closed_life` stands for up to 32 connections, which takes a tenth of the room (src/store/lives-layout.ts): those of one
 * `class` (life_class) whose opening is in one `slot` (opened_us >> 16, 65.536 ms) and whose id is in one `stretch` (id >> 5). `members` has
 * the place of the first one in its stretch (bits 0 - 4), that of the last one (5 - 9), and a bit for each (10 - 41). `to_us`: the last of
 * their ends, or, of a TIME-WAIT that ended before its timer, when that was due.
 */
export const LIVES = `
ALTER TABLE closed_life RENAME TO earlier_life;
CREATE TABLE closed_life (
  class INTEGER NOT NULL,
  slot INTEGER NOT NULL,
  stretch INTEGER NOT NULL,
  members INTEGER NOT NULL,
  to_us INTEGER NOT NULL,
  PRIMARY KEY (class, slot, stretch)
) STRICT, WITHOUT ROWID;
INSERT INTO closed_life
  SELECT class, from_us >> 16, connection_id >> 5,
    sum(1 << (10 + (connection_id & 31))) | (max(connection_id & 31) << 5) | min(connection_id & 31), max(to_us)
  FROM earlier_life GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;
DROP TABLE earlier_life;
`;

/** What a reader's own handle shows of version 4 in its place: each connection has a row. */
export const LIVES_OF_VERSION_4 = `
CREATE TEMP VIEW closed_life AS
SELECT class, from_us >> 16 AS slot, connection_id >> 5 AS stretch,
  1 << (10 + (connection_id & 31)) | ((connection_id & 31) << 5) | (connection_id & 31) AS members, to_us
FROM main.closed_life;
`;
