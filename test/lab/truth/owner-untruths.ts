/** Who held a socket at moments at which nothing had changed for two snapshots. */
import { areOwnersSettled, MARGIN_US, type Matched, mayNameAcceptor, rowName } from './matching.js';
import type { Row } from './recorded-history.js';
import type { Finding } from './row-untruths.js';
import type { TrueLife } from './true-life.js';

/** The last moment before each change of owners that came late enough after the one before. */
export function* ownerUntruths(life: TrueLife, row: Row, { history, told }: Matched): Iterable<Finding> {
  if (life.thread !== undefined) return;
  const endUs = Math.min(life.heldUntil?.fromUs ?? told.toUs, told.toUs);
  const changes = life.holdings.flatMap(({ from, to }) => (to === undefined ? [from] : [from, to]));
  const ends = [...new Set([...changes.map(({ fromUs }) => fromUs), endUs])]
    .filter((us) => us <= endUs)
    .sort((a, b) => a - b);
  for (const end of ends) {
    const before = changes.filter(({ fromUs }) => fromUs < end);
    const atUs = end - MARGIN_US;
    if (before.length === 0 || !areOwnersSettled(life, history, atUs)) continue;
    if (mayNameAcceptor(row, atUs)) continue;
    const truth = ownersAt(life, atUs);
    const recorded = recordedAt(row, atUs);
    if (truth.join() !== recorded.join())
      yield [
        namesApart(truth, recorded) ? 'owner-name' : 'owner',
        `${rowName(row)} had owners ${list(truth)}, not ${list(recorded)}, at ${atUs}: ${life}`,
      ];
  }
}

/** As `ss -p` lists them, sorted. */
export function ownersAt({ holdings }: TrueLife, atUs: number): string[] {
  return holdings
    .filter(({ from, to }) => from.toUs <= atUs && (to === undefined || to.fromUs > atUs))
    .map(({ comm, pid, fd }) => `${comm}[${pid}] fd ${fd}`)
    .sort();
}

/** Whether two lists of owners differ in nothing but the names. */
export function namesApart(one: readonly string[], other: readonly string[]): boolean {
  const nameless = (owners: readonly string[]) =>
    owners
      .map((owner) => owner.replace(/^"[^"]*"|^[^[]+/, ''))
      .sort()
      .join();
  return nameless(one) === nameless(other);
}

function recordedAt({ owners }: Row, atUs: number): string[] {
  return owners
    .filter(({ from_us: fromUs, to_us: toUs }) => fromUs <= atUs && (toUs === null || toUs > atUs))
    .map(({ comm, pid, fd }) => `${comm}[${pid}] fd ${fd}`)
    .sort();
}

function list(owners: readonly string[]): string {
  return owners.length === 0 ? 'nobody' : owners.join(', ');
}
