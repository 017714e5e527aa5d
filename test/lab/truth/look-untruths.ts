/** What `ss --at` shows of a moment, against what the real ss showed then. */
import { answerOf } from '../ss-answer.js';
import { areOwnersSettled, isExcused, type Matched, mayNameAcceptor } from './matching.js';
import { namesApart } from './owner-untruths.js';
import type { Look } from './place.js';
import type { Finding } from './row-untruths.js';
import { type SsRow, ssEnd } from './ss-table.js';
import type { End } from './true-life.js';

/** The states in which the history keeps the process that had the socket (docs/ss-compatibility.md). */
const OWNERLESS: ReadonlySet<string> = new Set(['TIME-WAIT', 'FIN-WAIT-1', 'FIN-WAIT-2', 'LAST-ACK', 'CLOSING']);

/** A line of `sstory ss --json`, as far as it is compared. */
interface Shown {
  readonly state: string;
  readonly local_addr: string;
  readonly local_port: number;
  readonly remote_addr: string;
  readonly remote_port: number;
  readonly inode: number | null;
  readonly owners: readonly { readonly pid: number; readonly fd: number; readonly comm: string }[];
  readonly connection_id: number;
  /** `uncertain`, `gap`. */
  readonly mark: string | null;
}

export async function lookUntruths(look: Look, matched: Matched): Promise<Finding[]> {
  const { history } = matched;
  if (isExcused(history, look.fromUs, look.toUs)) return [];
  const rowOf = new Map(history.rows.map((row) => [row.id, row]));
  const atUs = Math.round((look.fromUs + look.toUs) / 2);
  const all = await shownAt(history.path, atUs, portsOf(matched));
  const shown = all.filter(({ connection_id: id }) => rowOf.get(id)?.netns === look.place.netns);
  return [...compare(look, shown, matched)];
}

/** Of listeners, real and missing ones: each socket of a story has one of them. On a busy host there are many others. */
function portsOf({ told }: Matched): number[] {
  const { lives } = told.world;
  return [...new Set(lives.map(({ origin, local, remote }) => (origin === 'connect' ? remote : local).port))];
}

async function shownAt(path: string, us: number, ports: readonly number[]): Promise<Shown[]> {
  const filter = ports.map((port) => `sport = :${port} or dport = :${port}`).join(' or ');
  const at = `@${Math.floor(us / 1e6)}.${String(us % 1e6).padStart(6, '0')}`;
  const { code, stdout, stderr } = await answerOf([
    '-tanpe',
    '-N',
    'all',
    '--json',
    '--db',
    path,
    '--at',
    at,
    `( ${filter} )`,
  ]);
  if (code !== 0) throw new Error(stderr);
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Shown);
}

function* compare(look: Look, shown: readonly Shown[], matched: Matched): Iterable<Finding> {
  const left = new Set(shown);
  for (const row of look.rows) {
    const ends = `${row.local} > ${row.peer}`;
    const same = [...left].filter((each) => endsOf(each) === ends);
    const found = same.find(({ state }) => state === row.state) ?? same[0];
    if (found === undefined) {
      const kind = wasEnded(row, look, matched) ? 'ended-too-early' : 'at';
      yield [kind, `ss shows ${row.state} ${ends} in ${look.place.title}, sstory ss --at nothing`];
      continue;
    }
    left.delete(found);
    if (found.state !== row.state && !isDoubtful(found))
      yield ['at', `ss shows ${row.state} ${ends} in ${look.place.title}, sstory ss --at ${found.state}`];
    if (row.inode !== 0 && found.inode !== null && found.inode !== row.inode)
      yield ['at-inode', `ss shows inode ${row.inode} of ${row.state} ${ends}, sstory ss --at ${found.inode}`];
    yield* untrueOwners(look, row, found, matched);
  }
  for (const each of left)
    if (!isDoubtful(each))
      yield [
        isOlder(each, look, matched) ? 'at-ended-netns' : 'at',
        `sstory ss --at shows ${each.state} ${endsOf(each)} in ${look.place.title}, ss nothing`,
      ];
}

/** It was opened in an earlier namespace, which had the same inode number. */
function isOlder({ connection_id: id }: Shown, { place }: Look, { history }: Matched): boolean {
  return (history.rows.find((row) => row.id === id)?.opened_us ?? 0) < place.createdUs;
}

/** Its row has ended before, which was untrue then. */
function wasEnded({ local, peer }: SsRow, { place, fromUs }: Look, { rowOf }: Matched): boolean {
  return [...rowOf].some(([life, row]) => {
    const isIt = life.place === place && ssEndOf(life.local) === local && ssEndOf(life.remote) === peer;
    return isIt && (life.ended?.toUs ?? Infinity) > fromUs && (row.closed_us ?? Infinity) < fromUs;
  });
}

function* untrueOwners(look: Look, row: SsRow, found: Shown, matched: Matched): Iterable<Finding> {
  if (row.owners.length === 0 && OWNERLESS.has(row.state)) return;
  const life = [...matched.lifeOf].find(([each]) => each.id === found.connection_id)?.[1];
  if (life === undefined || life.thread !== undefined || !areOwnersSettled(life, matched.history, look.fromUs)) return;
  const recorded = matched.history.rows.find(({ id }) => id === found.connection_id);
  if (recorded !== undefined && mayNameAcceptor(recorded, look.toUs)) return;
  const isWaiting = life.origin === 'accept' && !life.holdings.some(({ from }) => from.fromUs < look.toUs);
  const owners = found.owners.map(({ comm, pid, fd }) => `"${comm}",pid=${pid},fd=${fd}`).sort();
  if (owners.join() !== row.owners.join())
    yield [
      isWaiting ? 'at-unaccepted' : namesApart(owners, row.owners) ? 'at-owner-name' : 'at-owner',
      `ss shows ${row.owners.join(', ') || 'nobody'} with ${row.state} ${row.local} > ${row.peer}, sstory ss --at ${owners.join(', ') || 'nobody'}`,
    ];
}

function ssEndOf({ address, port }: End): string {
  return ssEnd(address, port);
}

function endsOf({ local_addr, local_port, remote_addr, remote_port }: Shown): string {
  return `${ssEnd(local_addr, local_port)} > ${ssEnd(remote_addr, remote_port)}`;
}

function isDoubtful({ mark }: Shown): boolean {
  return mark === 'uncertain' || mark === 'gap';
}
