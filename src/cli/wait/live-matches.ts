import type { ShownSocket } from '../../view/ss/shown-socket.js';
import { ALL_NETNS } from '../host/netns-argument.js';
import { parseSsFlags, type SsFlags } from '../ss/flags.js';
import { liveSockets } from '../ss/live.js';
import { ownersFor } from '../ss/owners.js';
import type { Match, MatchSource } from './match.js';
import type { WaitWish } from './recorded-matches.js';

/** Since when a socket has matched in every look, and whether that was reported. */
interface Sighting {
  readonly fromUs: number;

  reported: boolean;
}

/** Matches in snapshots of the present sockets: states that begin and end between two of them are missed. */
export class LiveMatches implements MatchSource {
  readonly pauseMs = 500;
  private readonly flags: SsFlags;
  private seen: ReadonlyMap<string, Sighting> | undefined;

  constructor(private readonly wish: WaitWish) {
    const flags = parseSsFlags(['-a', '--json', '-N', wish.netns ?? ALL_NETNS]);
    this.flags = { ...flags, dumpFrom: undefined, filter: wish.words };
  }

  async poll(): Promise<Match[]> {
    const untilUs = Date.now() * 1000;
    const { sockets } = await liveSockets(this.flags);
    const before = this.seen;
    const now = new Map<string, Sighting>();
    const found: [ShownSocket, Sighting][] = [];
    for (const socket of sockets) {
      const key = `${socket.netns} ${socket.row.cookie}`;
      const sighting = before?.get(key) ?? { fromUs: untilUs, reported: false };
      now.set(key, sighting);
      if (sighting.reported || untilUs - sighting.fromUs < this.wish.leastUs) continue;
      sighting.reported = true;
      found.push([socket, sighting]);
    }
    this.seen = now;
    const owners = found.length === 0 ? undefined : ownersFor({ threads: false, contexts: false });
    return found.map(([socket, { fromUs }]) => ({
      socket: { ...socket, owners: owners?.get(socket.row.inode ?? 0) ?? [] },
      fromUs,
      untilUs,
      isLeast: true,
    }));
  }

  silence(): undefined {
    return undefined;
  }

  close(): void {
    // It holds nothing open.
  }
}
