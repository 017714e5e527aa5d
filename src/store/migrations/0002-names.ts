/**
 * Which name stood for which address, and when: from DNS answers as processes saw them and from /etc/hosts.
 * `to_us` is when the answer had lived its time, or was seen to be replaced; NULL: it still holds.
 */
export const NAMES = `
CREATE TABLE names (
  name TEXT NOT NULL,
  address TEXT NOT NULL,
  from_us INTEGER NOT NULL,
  to_us INTEGER,
  source TEXT NOT NULL,
  netns INTEGER NOT NULL,
  PRIMARY KEY (address, from_us, name, netns, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX names_by_name ON names (name, from_us);
`;
