/** The history around the connections that are explained. What explanations need often is read once. */

import type Database from 'better-sqlite3';
import type { Connection } from '../model/connection.js';
import type { ConnectionEvent } from '../model/connection-event.js';
import { type Gap, mayLackTransitions } from '../model/gap.js';
import type { Interval } from '../model/interval.js';
import type { SampleRow } from '../model/sample.js';
import { extentOf, hasEvents, wasPruned } from '../query/coverage.js';
import { GapIndex } from '../query/gap-index.js';
import { gapsTouching } from '../query/gaps.js';
import { listenersOnPort } from '../query/listeners.js';
import { NameHistory } from '../query/name-history.js';
import { NamespaceHistory } from '../query/namespace-history.js';
import { NetnsReuse } from '../query/netns-reuse.js';
import { runAt } from '../query/run-at.js';
import { Peers } from './peers.js';

/** The local ports from which the kernel chooses in a namespace, as set now. */
export interface LocalPorts {
  readonly low: number;
  readonly high: number;
}

export interface ContextOptions {
  /** The instant that is explained; default: the end of what is recorded. */
  readonly atUs?: number | undefined;
  /** The local port range of a namespace, undefined where it cannot be read (the namespace may be gone). */
  readonly localPorts?: (netns: number) => LocalPorts | undefined;
}

export class ExplainContext {
  readonly atUs: number;
  readonly peers: Peers;
  readonly names: NameHistory;
  private readonly portsNow: (netns: number) => LocalPorts | undefined;
  /** Part of the history was recorded with BPF: every retransmit, reset and error is recorded. */
  readonly withEvents: boolean;
  /** It is a slice of a fleet: of samples only the last one that was sent is there. */
  readonly isSlice: boolean;
  /** Ordinary short connections are missing: nothing is concluded from there being no connection. */
  readonly lacksConnections: boolean;
  /** Where something was never seen: the whole history, or what pruning left of it, or what a host sent. */
  readonly inRecording: string;
  private namespaces: NamespaceHistory | undefined;
  readonly reuse: NetnsReuse;
  private readonly gaps: GapIndex;
  private readonly eventsOf: Database.Statement;
  private readonly samplesOf: Database.Statement;
  private readonly lastSampleOf: Database.Statement;
  private readonly listenersOf = new Map<string, readonly Connection[]>();
  private readonly ownersOf: Database.Statement;

  constructor(
    readonly database: Database.Database,
    readonly span: Interval,
    { atUs = span.toUs, localPorts = () => undefined }: ContextOptions = {},
  ) {
    this.atUs = atUs;
    const known = new Map<number, LocalPorts | undefined>();
    this.portsNow = (netns) => {
      if (!known.has(netns)) known.set(netns, localPorts(netns));
      return known.get(netns);
    };
    this.reuse = new NetnsReuse(database, () => this.netnsHistory());
    this.peers = new Peers(database, atUs, this.reuse);
    this.names = new NameHistory(database, this.reuse);
    this.withEvents = hasEvents(database, { fromUs: span.fromUs, toUs: atUs });
    const extent = extentOf(database);
    this.isSlice = extent !== 'all';
    this.lacksConnections = extent === 'some';
    this.inRecording = this.isSlice ? 'in what was sent of that time' : recordingOf(database);
    this.gaps = new GapIndex(gapsTouching(database, 0, span.toUs));
    // `= +?`: see src/query/name-history.ts.
    this.eventsOf = database.prepare(
      `SELECT connection_id AS connectionId, at_us AS atUs, kind, detail FROM events
       WHERE connection_id = +? AND at_us <= ? ORDER BY at_us, id`,
    );
    this.ownersOf = database.prepare('SELECT min(from_us) FROM owners WHERE connection_id = ?').pluck();
    this.lastSampleOf = database
      .prepare('SELECT max(at_us) FROM whole_sample WHERE connection_id = +? AND at_us <= ?')
      .pluck();
    this.samplesOf = database.prepare(
      'SELECT * FROM whole_sample WHERE connection_id = +? AND at_us <= ? ORDER BY at_us DESC LIMIT +?',
    );
  }

  /** `network namespace blue (4026532177)`, by its name at that time; `the initial network namespace`. */
  netnsText(netns: number, us: number): string {
    if (runAt(this.database, us)?.initialNetns === netns) return 'the initial network namespace';
    const name = this.netnsHistory().nameAt(netns, us);
    return name === undefined ? `network namespace ${netns}` : `network namespace ${name} (${netns})`;
  }

  /** Whether an inode number stood for the same namespace at both times. */
  isSameNetns(netns: number, oneUs: number, otherUs: number): boolean {
    return this.reuse.identity(netns, oneUs) === this.reuse.identity(netns, otherUs);
  }

  /** The local ports of the namespace that had the inode number at `us`; undefined where another one has it now. */
  localPorts(netns: number, us: number): LocalPorts | undefined {
    return this.isSameNetns(netns, us, Number.MAX_SAFE_INTEGER) ? this.portsNow(netns) : undefined;
  }

  private netnsHistory(): NamespaceHistory {
    this.namespaces ??= new NamespaceHistory(this.database);
    return this.namespaces;
  }

  /** A process is known to have held the connection by the instant, or its owner is not known at all. */
  wasOwned(connectionId: number): boolean {
    const firstUs = this.ownersOf.get(connectionId) as number | null;
    return firstUs === null || firstUs <= this.atUs;
  }

  /**
   * Its last sample holds until the next one, or the end. Of an open connection a host sends later ones only where they show something
   * (src/ship/open-standing.ts); of a listener all that change its queue.
   */
  samplesHold({ closedUs, state }: Connection): boolean {
    return !this.isSlice || closedUs !== undefined || state === 'LISTEN';
  }

  /** What happened to a connection by the instant, in order. */
  events(connectionId: number): readonly ConnectionEvent[] {
    return this.eventsOf.all(connectionId, this.atUs) as ConnectionEvent[];
  }

  /** The last samples of a connection by the instant, the newest first. */
  samples(connectionId: number, atMost = 1): readonly SampleRow[] {
    return this.samplesOf.all(connectionId, this.atUs, atMost) as SampleRow[];
  }

  /** The last sample of a connection at or before `us`, and by the instant. */
  sampleAt(connectionId: number, us: number): SampleRow | undefined {
    // Most connections have none, and a row of so many columns takes long to look for.
    const lastUs = this.lastSampleOf.get(connectionId, Math.min(us, this.atUs)) as number | null;
    return lastUs === null ? undefined : (this.samplesOf.get(connectionId, lastUs, 1) as SampleRow);
  }

  /**
   * The listeners on a port (of all namespaces where none is given) that were opened by `us`, closed ones too, the latest opened first.
   * @param whenUs when the inode number stood for the namespace that is meant
   */
  listeners(netns: number | undefined, port: number, us: number, whenUs = us): readonly Connection[] {
    const key = `${netns} ${port} ${us} ${whenUs}`;
    const found =
      this.listenersOf.get(key) ??
      listenersOnPort(this.database, netns, port, us).filter(
        ({ openedUs }) => netns === undefined || this.isSameNetns(netns, openedUs, whenUs),
      );
    this.listenersOf.set(key, found);
    return found;
  }

  /** Gaps in which something may have been lost, up to the instant; steps of the clock lose nothing. */
  gapsTouching(fromUs: number, toUs: number): readonly Gap[] {
    const found = this.gaps.touching(fromUs, Math.min(toUs, this.atUs)).filter(mayLackTransitions);
    return found.map((gap) => ({ ...gap, toUs: Math.min(gap.toUs, this.atUs) }));
  }
}

function recordingOf(database: Database.Database): string {
  return wasPruned(database) ? 'in what pruning left of the history' : 'in the recorded history';
}
