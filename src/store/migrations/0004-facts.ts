/**
 * What else version 4 records: what a gap may lack, an identity of the file, network namespaces over time (an inode number is given to
 * another one later), what the paths of cgroups say (`fillCgroupParts` derives it for those of earlier versions), how far behind a
 * recorder is, and when the next snapshot was due.
 */
export const FACTS = `
ALTER TABLE gaps ADD COLUMN scope TEXT NOT NULL DEFAULT 'transitions';
ALTER TABLE snapshots ADD COLUMN next_us INTEGER;
ALTER TABLE runs ADD COLUMN initial_netns INTEGER;
ALTER TABLE runs ADD COLUMN behind_us INTEGER;
ALTER TABLE runs ADD COLUMN backlog_bytes INTEGER;

CREATE TABLE namespaces (
  netns INTEGER NOT NULL,
  from_us INTEGER NOT NULL,
  to_us INTEGER,
  net_cookie INTEGER,
  name TEXT,
  PRIMARY KEY (netns, from_us)
) STRICT, WITHOUT ROWID;

ALTER TABLE cgroup ADD COLUMN container TEXT;
ALTER TABLE cgroup ADD COLUMN pod TEXT;
ALTER TABLE cgroup ADD COLUMN unit TEXT;

CREATE TABLE file (uuid TEXT NOT NULL) STRICT;
INSERT INTO file SELECT lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' ||
  substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)));
`;
