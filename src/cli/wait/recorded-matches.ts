import type Database from 'better-sqlite3';
import { mayLackTransitions } from '../../model/gap.js';
import { type Owner, withoutThreadCopies } from '../../model/owner.js';
import { gapsTouching } from '../../query/gaps.js';
import type { HistoryFilter } from '../../query/history-filter.js';
import { type MatchingStay, MatchingStays } from '../../query/matching-stays.js';
import { Places } from '../../query/places.js';
import { recorderHere } from '../../request/recorder-here.js';
import { readOwners } from '../../snapshot/owners.js';
import { shownSocket } from '../../view/ss/recorded-socket.js';
import { filterOf } from '../history/filter.js';
import { recorderSilence } from '../history/recorder-silence.js';
import { say } from '../output/say.js';
import type { Match, MatchSource } from './match.js';

/** How often the recorder, and the namespaces of the filter, are looked at, milliseconds. */
const LOOK_MS = 1_000;

/** Conditions on what may be known later than a state. */
const LATE_FACTS = /\b(?:pid|uid|comm|netns|cgroup|container|pod|unit)\b/;

export interface WaitWish {
  readonly words: readonly string[];
  readonly netns: string | undefined;
  /** How long a connection has to match, microseconds. */
  readonly leastUs: number;
  /** The first match ends the wait. */
  readonly isOne: boolean;
}

/** Matches as a running recorder sees them: no state is too short. */
export class RecordedMatches implements MatchSource {
  /** The recorder commits five times a second. */
  readonly pauseMs = 100;
  private readonly stays: MatchingStays;
  private readonly places: Places;
  private lookedMs = performance.now();
  private ended: string | undefined;

  private constructor(
    private readonly database: Database.Database,
    private readonly wish: WaitWish,
    filter: HistoryFilter | undefined,
  ) {
    this.places = new Places(database);
    const needsLateFacts = wish.netns !== undefined || wish.words.some((word) => LATE_FACTS.test(word));
    this.stays = new MatchingStays(database, filter, { leastUs: wish.leastUs, needsLateFacts });
  }

  /** @throws SstoryError where the filter cannot be read */
  static async open(database: Database.Database, wish: WaitWish): Promise<RecordedMatches> {
    return new RecordedMatches(database, wish, await filterFromNow(database, wish, say));
  }

  async poll(): Promise<Match[]> {
    const nowMs = performance.now();
    if (nowMs - this.lookedMs >= LOOK_MS) {
      this.lookedMs = nowMs;
      await this.lookAround();
    }
    const { found, missed } = this.stays.poll(nowMs, this.wish.isOne ? 1 : undefined);
    if (missed) say('this reader fell more than ten seconds behind: short matches may have been missed');
    return found.map((stay) => this.matchOf(stay));
  }

  silence(): string | undefined {
    return this.ended;
  }

  close(): void {
    this.database.close();
  }

  private async lookAround(): Promise<void> {
    const nowUs = Date.now() * 1000;
    this.ended = recorderSilence(recorderHere(this.database, nowUs), nowUs);
    const { words, netns } = this.wish;
    const namesNetns = netns !== undefined || words.some((word) => word.includes('netns'));
    if (this.places.namespaces.refresh() && namesNetns)
      this.stays.use(await filterFromNow(this.database, this.wish, () => undefined));
  }

  private matchOf({ socket, fromUs, untilUs }: MatchingStay): Match {
    const { connection, owners } = socket;
    const inGap = gapsTouching(this.database, untilUs, untilUs).some(mayLackTransitions);
    // From snapshots, owners are found later than sockets.
    const known = owners.length > 0 ? owners : ownersNow(connection.inode);
    const shown = { ...socket, owners: withoutThreadCopies(known) };
    return {
      socket: shownSocket(shown, this.places.during(connection, untilUs), inGap),
      fromUs,
      untilUs,
      isLeast: connection.steps.find(({ atUs }) => atUs === fromUs)?.notBeforeUs !== undefined,
    };
  }
}

function ownersNow(inode = 0): readonly Owner[] {
  return inode === 0 ? [] : (readOwners().get(inode) ?? []);
}

function filterFromNow(
  database: Database.Database,
  { words, netns }: WaitWish,
  note: (text: string) => void,
): Promise<HistoryFilter | undefined> {
  const window = { fromUs: Date.now() * 1000, toUs: Number.MAX_SAFE_INTEGER };
  return filterOf(database, words, { window, during: window, netns, note });
}
