import type { NameAnswer, NameEnd, NameRecord } from '../model/name.js';

/** Names (of one family, in one namespace) whose last answer is remembered: the least recently answered goes first. */
const MOST_NAMES = 20_000;
/** An answer that comes again this long after the last one's TTL was over continues its record. */
const GRACE_US = 60_000_000;
/** Caches count whole seconds down: a smaller move of the end of a record is not reported. */
const TOLERANCE_US = 1_000_000;

/** The valid records of a name, by address. */
type Answered = Map<string, NameRecord>;

/**
 * Which addresses names resolve to, as answers come: a record begins with the first answer that lists an address, lives
 * until the TTL of the last one that does is over, and ends before if a later answer for that name (in that namespace, of
 * that family) does not list it.
 */
export class NameBook {
  private readonly names = new Map<string, Answered>();
  private readonly changed = new Map<string, NameRecord>();

  /** @param known records that may still be valid, from an earlier run */
  constructor(known: Iterable<NameRecord> = []) {
    for (const record of known) {
      const key = keyOf(record.netns, record.name, record.address.includes(':') ? 6 : 4);
      const answered = this.names.get(key) ?? new Map<string, NameRecord>();
      this.names.set(key, answered.set(record.address, record));
    }
  }

  /** Takes an answer that came at `atUs`; answers come in the order of time. */
  add({ name, family, addresses, ttlS }: NameAnswer, netns: number, atUs: number): void {
    const key = keyOf(netns, name, family);
    const before = this.names.get(key);
    this.names.delete(key);
    for (const record of before?.values() ?? [])
      if (!addresses.includes(record.address)) this.end(record, atUs, addresses.length === 0 ? 'gone' : 'replaced');
    if (addresses.length === 0) return;
    const now: Answered = new Map();
    for (const address of addresses)
      now.set(address, this.recordOf(before?.get(address), { name, address, netns }, atUs, ttlS));
    this.names.set(key, now);
    this.forgetOldest();
  }

  /** Forgets a namespace: its records keep the end that their TTL gave them. */
  forget(netns: number): void {
    for (const key of this.names.keys()) if (key.startsWith(`${netns} `)) this.names.delete(key);
  }

  /** The records that are new or changed since the last call, as they are now. */
  takeChanged(): NameRecord[] {
    const records = [...this.changed.values()];
    this.changed.clear();
    return records;
  }

  private recordOf(
    known: NameRecord | undefined,
    subject: Pick<NameRecord, 'name' | 'address' | 'netns'>,
    atUs: number,
    ttlS: number,
  ): NameRecord {
    const toUs = atUs + ttlS * 1e6;
    const continues = known?.toUs !== undefined && atUs <= known.toUs + GRACE_US;
    if (continues && !isLater(toUs, known.toUs ?? 0, atUs)) return known;
    const record: NameRecord = continues
      ? { ...known, toUs }
      : { ...subject, fromUs: atUs, toUs, source: 'dns', ended: undefined };
    return this.change(record);
  }

  /** A record that its TTL ended earlier keeps that end and gets only the reason. */
  private end(record: NameRecord, atUs: number, ended: NameEnd): void {
    this.change({ ...record, toUs: Math.max(record.fromUs, Math.min(record.toUs ?? atUs, atUs)), ended });
  }

  private change(record: NameRecord): NameRecord {
    this.changed.set(`${record.netns} ${record.name} ${record.address} ${record.fromUs}`, record);
    return record;
  }

  private forgetOldest(): void {
    for (const key of this.names.keys()) {
      if (this.names.size <= MOST_NAMES) return;
      this.names.delete(key);
    }
  }
}

/** Whether an end moves: not by little while it is still far. */
function isLater(toUs: number, knownUs: number, atUs: number): boolean {
  return toUs > knownUs + (knownUs > atUs + TOLERANCE_US ? TOLERANCE_US : 0);
}

function keyOf(netns: number, name: string, family: 4 | 6): string {
  return `${netns} ${family} ${name}`;
}
