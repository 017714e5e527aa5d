/**
 * What was taken out of the history again, so that a pruned time is told as such and not as an empty host:
 * connections that closed at or before `through_us`, `connections` of them, taken out at `at_us`.
 */
export const PRUNINGS = `
CREATE TABLE prunings (
  id INTEGER PRIMARY KEY,
  at_us INTEGER NOT NULL,
  through_us INTEGER NOT NULL,
  connections INTEGER NOT NULL,
  reason TEXT NOT NULL
) STRICT;
`;
