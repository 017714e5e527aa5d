/** What each command does, in one line: for `sstory --help`, and at the head of the command's own help. */
export const SUMMARIES = {
  record: 'record every TCP state transition of this host into a database',
  log: 'show recorded transitions, one per line, oldest first',
  timeline: 'show the life of each connection: its states, how long each lasted, and its events',
  diff: 'show what changed in the socket table between two times',
  explain: 'explain why a connection is in its state; --all: what looks wrong on this host',
  replay: 'play recorded transitions again at their own pace: a live table, or lines',
  live: 'show the socket table as the running recorder updates it',
  serve: 'serve the web page of a history: look at it in a browser',
  url: 'print the address of the page of a running server',
  ss: 'show the socket table as ss does, now or --at any recorded time',
  sql: 'query the history in SQL: one query, or a prompt',
  names: 'show which names resolved to which addresses, and when',
  import: 'make a database from a recording file, or from files that ss -D wrote',
  prune: 'delete the oldest closed connections from a database, and shrink it',
  export:
    'write connections, transitions, ... as CSV, JSON lines, Parquet, a Perfetto trace, or a part of the history as a file',
  ship: 'copy the history to ClickHouse or Parquet files, where those of many hosts are',
  wait: 'wait until a connection matches a filter, or does so for some time',
  top: 'rank processes, peers, ports ...: connects, failures, bytes, connect times',
  count: 'show how many sockets there were over time, in all and by state',
  status: 'check that a recorder runs, keeps up, and loses nothing: for monitoring',
  metrics: 'print metrics for Prometheus, or answer its scrapes',
  info: 'show what a database holds: runs, time span, rows, gaps, and the size of each table',
  check: 'check a database for corruption and inconsistencies',
  migrate: 'upgrade a database that an older sstory wrote; a copy is kept',
  completion: 'print the completion script of bash, zsh or fish',
  doctor: 'check what this host offers for recording, and say how to fix what is missing',
} as const;

export type CommandName = keyof typeof SUMMARIES;
