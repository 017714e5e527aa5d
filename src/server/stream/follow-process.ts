/**
 * The process that follows the database for all clients of the stream: one follower, however many there are. Started by Followers with the
 * path of the database. It sends a batch when the last one was taken: a server that is busy makes it wait, not grow.
 */
import { statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import { connectionTest } from '../../query/connection-by-id.js';
import { Follower } from '../../query/follow.js';
import { everIn } from '../../query/history-filter.js';
import { Places } from '../../query/places.js';
import type { LogEntry } from '../../query/transition-log.js';
import { filterOf } from '../../request/filter.js';
import { recorderHere } from '../../request/recorder-here.js';
import { openForReading } from '../../store/database.js';
import { dieWithParent } from '../../sys/parent-death.js';
import { gapJson } from '../../view/gap-text.js';
import { TransitionObjects } from '../../view/transition-json.js';
import type { Missed, Tick } from '../contract-stream.js';
import { failedAnswer } from '../failure.js';
import { type Parameters, Query } from '../query.js';
import type { FollowedLine, FollowReply, FollowRequest } from './messages.js';

/** How often the database is looked at, milliseconds: with the recorder's five commits a second, under 0.5 s of lag. */
const POLL_MS = 100;
const TICK_MS = 1_000;
/** Lines of one batch: no page shows more in a tenth of a second. */
const MOST_LINES = 500;

interface Topic {
  readonly words: readonly string[];
  readonly netns: string | undefined;
  matches: (connectionId: number) => boolean;
}

class FollowProcess {
  private readonly database: Database.Database;
  private readonly follower: Follower;
  private readonly places: Places;
  private readonly objects: TransitionObjects;
  private readonly topics = new Map<number, Topic>();
  private tickedMs = Number.NEGATIVE_INFINITY;
  private isTaken = true;
  private readonly inode: number;

  constructor(private readonly file: string) {
    this.inode = inodeOf(file);
    this.database = openForReading(file);
    this.follower = new Follower(this.database);
    this.places = new Places(this.database);
    this.objects = new TransitionObjects(this.places);
  }

  async request(request: FollowRequest): Promise<void> {
    if (request.kind === 'taken') this.isTaken = true;
    else if (request.kind === 'leave') this.topics.delete(request.topic);
    else await this.follow(request.topic, request.parameters);
  }

  private async follow(topic: number, parameters: Parameters): Promise<void> {
    try {
      const query = new Query(parameters);
      const words =
        query
          .text('filter')
          ?.split(/\s+/)
          .filter((word) => word !== '') ?? [];
      const netns = query.text('netns');
      this.topics.set(topic, { words, netns, matches: await this.testOf(words, netns) });
      send({ kind: 'following', topic });
    } catch (error) {
      send({ kind: 'refused', topic, ...failedAnswer(error) });
    }
  }

  /** What is followed may be in namespaces that have no name yet, and get owners later. */
  private async testOf(
    words: readonly string[],
    netns: string | undefined,
  ): Promise<(connectionId: number) => boolean> {
    const window = { fromUs: Date.now() * 1_000, toUs: Number.MAX_SAFE_INTEGER };
    const filter = await filterOf(this.database, words, { window, netns, note: () => undefined });
    return connectionTest(this.database, everIn(filter));
  }

  async run(): Promise<never> {
    for (;;) {
      if (this.isTaken) await this.look();
      await delay(POLL_MS);
    }
  }

  private async look(): Promise<void> {
    const { entries, missed } = this.follower.poll();
    if (entries.length > 0 && this.places.namespaces.refresh()) await this.readTopicsAgain();
    const lines: FollowedLine[] = [];
    for (const entry of entries.slice(0, MOST_LINES)) {
      const topics = this.topicsOf(entry);
      if (topics.length > 0) lines.push(this.lineOf(entry, topics));
    }
    const tick = this.tick();
    const lost = this.missedOf(entries, missed);
    if (lines.length === 0 && tick === undefined && lost === undefined) return;
    this.isTaken = false;
    send({ kind: 'batch', lines, tick, missed: lost });
  }

  private topicsOf(entry: LogEntry): number[] {
    const all = [...this.topics];
    return (entry.kind === 'gap' ? all : all.filter(([, { matches }]) => matches(entry.connection.id))).map(
      ([topic]) => topic,
    );
  }

  private lineOf(entry: LogEntry, topics: readonly number[]): FollowedLine {
    const { kind: event, atUs } = entry;
    const data = entry.kind === 'gap' ? gapJson(entry.gap) : this.objects.line(entry.connection, entry.step);
    return { event, atUs, data, topics };
  }

  /** `missed`: the list of recent changes no longer reached back; how many is not known then. */
  private missedOf(entries: readonly LogEntry[], missed: boolean): Missed | undefined {
    const [first] = entries;
    if (missed) return { since_us: first?.atUs ?? Date.now() * 1_000, events: null };
    const cut = entries[MOST_LINES];
    return cut && { since_us: cut.atUs, events: entries.length - MOST_LINES };
  }

  private async readTopicsAgain(): Promise<void> {
    for (const topic of this.topics.values()) {
      if (topic.netns === undefined && !topic.words.includes('netns')) continue;
      topic.matches = await this.testOf(topic.words, topic.netns);
    }
  }

  private tick(): Tick | undefined {
    if (performance.now() - this.tickedMs < TICK_MS) return undefined;
    this.tickedMs = performance.now();
    // The path stands for another file: the pages connect again.
    if (inodeOf(this.file) !== this.inode) process.exit(0);
    const nowUs = Date.now() * 1_000;
    const life = recorderHere(this.database, nowUs);
    const recordedUs = life.kind === 'none' ? 0 : life.run.lastUs;
    const recording = life.kind === 'running';
    const behindUs = recording ? Math.max(0, nowUs - recordedUs) : 0;
    return { now_us: nowUs, recorded_us: recordedUs, behind_us: behindUs, recording };
  }
}

function inodeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.ino ?? 0;
}

function send(reply: FollowReply): void {
  process.send?.(reply);
}

dieWithParent();
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(0));
async function answer(): Promise<void> {
  try {
    const follow = new FollowProcess(process.argv[2] ?? '');
    process.on('message', (request: FollowRequest) => void follow.request(request));
    await follow.run();
  } catch (error) {
    send({ kind: 'failed', ...failedAnswer(error) });
    process.disconnect?.();
  }
}

void answer();
