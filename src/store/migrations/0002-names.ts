/**
 * Which name resolved to which address, and when: from DNS answers as processes got them, and from hosts files.
 * `to_us` is when the last answer expired, or was seen to be replaced; NULL: it was valid when it was last checked.
 * `ended`: `replaced`, `gone`, `removed`; NULL: only its TTL ends it. `source`: `dns`, `hosts`.
 */
export const NAMES = `
CREATE TABLE names (
  name TEXT NOT NULL,
  address TEXT NOT NULL,
  from_us INTEGER NOT NULL,
  to_us INTEGER,
  source TEXT NOT NULL,
  netns INTEGER NOT NULL,
  ended TEXT,
  PRIMARY KEY (address, from_us, name, netns, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX names_by_name ON names (name, from_us);
CREATE INDEX names_by_end ON names (to_us);
CREATE INDEX names_of_hosts ON names (address, from_us) WHERE source = 'hosts';
`;
