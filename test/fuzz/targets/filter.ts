/** The filter language: parsed, resolved, matched with rows, and compiled to SQL that SQLite accepts. */
import type Sqlite from 'better-sqlite3';
import { registerInetIn } from '../../../src/filter/inet-in.js';
import { matches } from '../../../src/filter/matches.js';
import { parseFilter } from '../../../src/filter/parse.js';
import { pinnedPorts } from '../../../src/filter/pinned-ports.js';
import { resolveNames } from '../../../src/filter/resolve.js';
import { compileToSql, type FilterColumns } from '../../../src/filter/sql.js';
import { cgroupPathOf } from '../../../src/model/cgroup.js';
import type { NameLookups } from '../../../src/model/name-lookups.js';
import { Database } from '../../../src/store/sqlite.js';
import { accepted, type FuzzTarget, texts } from '../target.js';

const ERRORS = ['filter-syntax', 'filter-value'];

/** Half of all names are known. */
const known = (name: string) => name.length % 2 === 0;
const LOOKUPS: NameLookups = {
  addresses: (host) => (known(host) ? ['10.0.0.5', '2001:db8::5'] : []),
  port: (service) => (known(service) ? 22 : undefined),
  interfaceIndex: (name) => (known(name) ? 1 : undefined),
  cgroupPath: (path) => (known(path) ? cgroupPathOf(path) : undefined),
  netns: (name) => (known(name) ? [{ netns: name.length, fromUs: 5, toUs: undefined }] : undefined),
  netnsNames: () => ['blue'],
  uid: (user) => (known(user) ? 0 : undefined),
  localPortRange: () => ({ low: 32_768, high: 60_999 }),
};

const COLUMNS: FilterColumns = {
  family: 'family',
  localAddr: 'local_addr',
  localPort: 'local_port',
  remoteAddr: 'remote_addr',
  remotePort: 'remote_port',
  state: 'state',
  interfaceIndex: 'dev',
  mark: 'mark',
  cgroup: (condition) => `coalesce((${condition}), 0)`,
  netns: 'netns',
  openedUs: 'opened_us',
  closedUs: 'closed_us',
  pid: 'pid',
  uid: 'uid',
  comm: 'comm',
  history: {
    id: 'id',
    origin: 'origin',
    closeReason: 'reason',
    durationUs: 'duration',
    name: (condition) => `coalesce((${condition}), 0)`,
  },
};

const CONTAINER = 'c0ffee01'.repeat(8);
const CGROUP = `/system.slice/docker-${CONTAINER}.scope`;
const SUBJECT = {
  state: 'ESTAB',
  tuple: { family: 6, localAddr: '::ffff:10.0.0.5', localPort: 40_000, remoteAddr: '2001:db8::5', remotePort: 22 },
  interfaceIndex: 1,
  mark: 0xffff_fffe,
  cgroupPath: CGROUP,
  netns: 4,
  openedUs: 10,
  closedUs: undefined,
  pid: 77,
  uid: 0,
  comm: 'java',
} as const;

/** A table with that one row, and the functions that filters call. */
function table(): Sqlite.Database {
  const database = new Database(':memory:');
  registerInetIn(database);
  database.exec(`CREATE TABLE s AS SELECT 6 AS family, '::ffff:10.0.0.5' AS local_addr, 40000 AS local_port,
    '2001:db8::5' AS remote_addr, 22 AS remote_port, 'ESTAB' AS state, 1 AS dev, 4294967294 AS mark, 77 AS pid, 0 AS uid,
    'java' AS comm, '${CGROUP}' AS path, '${CONTAINER}' AS container, NULL AS pod, 'docker-${CONTAINER}.scope' AS unit,
    4 AS netns, 10 AS opened_us, NULL AS closed_us`);
  return database;
}

export function filterTarget(): FuzzTarget {
  const database = table();
  return {
    samples: texts(
      'state syn-sent dst :9200',
      'exclude time-wait ( dport = :443 or sport = :22 ) and not src 10.0.0.0/8',
      'state connected dst [2001:db8::/32]:https and fwmark = 0x17/0xff or dev != lo',
      'dport >= :1024 and pid = 77 and uid = root and comm java or cgroup /sys/fs/cgroup/app and autobound',
      'dst inet6:[::1]:22 or src inet:127.0.0.1 or dst db.example:domain',
      '( ( ( ! dst 10.1 ) ) )',
      `netns blue and not container c0ffee01 or pod != 1234 or unit docker-${CONTAINER} and cgroup /system.slice/`,
    ),
    words: [
      ...['state', 'exclude', 'all', 'big', 'src', 'dst', 'sport', 'dport', 'dev', 'fwmark', 'cgroup', 'autobound'],
      ...[
        'pid',
        'uid',
        'comm',
        'netns',
        'container',
        'pod',
        'unit',
        'c0ff',
        CGROUP,
        'and',
        'or',
        'not',
        '!',
        '(',
        ')',
        ' ( ',
        ' ) ',
        ' not ',
        ' or ',
        '=',
        '!=',
        '>=',
        '<',
      ],
      ...[':', '[', ']', '/', '*', '0x', '::', '10.0.0.0/8', '99999999999999999999', ' ', '\t', '\n', '\0', 'µ'],
    ],
    async read(input) {
      const text = input.toString('utf8');
      await accepted(ERRORS, () => parseFilter(text.split(' '), 4));
      const filter = await accepted(ERRORS, () => resolveNames(parseFilter(text), LOOKUPS));
      if (filter === undefined) return;
      pinnedPorts(filter);
      const { sql, params } = compileToSql(filter, COLUMNS);
      const selected = database.prepare(`SELECT ${sql} FROM s`).pluck().get(params);
      const matched = matches(filter, SUBJECT);
      if ((selected === 1) !== matched) throw new Error(`SQL selects ${selected}, the row matches: ${matched}`);
    },
    end: () => void database.close(),
  };
}
