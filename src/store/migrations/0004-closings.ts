/**
 * The order in which connections ended (src/store/closings.ts). The first databases of version 4 lack it, which was added to its
 * migration before that was frozen: they get it when they are opened for writing.
 */
export const CLOSINGS = `
CREATE TABLE closings (
  seq INTEGER PRIMARY KEY,
  count INTEGER NOT NULL,
  run INTEGER NOT NULL,
  at_us INTEGER NOT NULL,
  through_us INTEGER NOT NULL,
  ids TEXT NOT NULL
) STRICT;
`;

export const LACKS_CLOSINGS = "SELECT count(*) = 0 FROM sqlite_schema WHERE type = 'table' AND name = 'closings'";
