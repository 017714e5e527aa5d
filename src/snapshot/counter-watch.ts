import type { SocketCounters } from '../model/sockstat.js';
import { insideNetns, type NetnsPath } from '../sys/netns.js';
import { type CpuClocks, CpuShare } from './cpu-share.js';
import { readSockstat, socketCounters } from './socket-counters.js';

/** Reading may use at most this share of a core: where there are a hundred namespaces, they are read every ten seconds or so. */
const SHARE = 0.001;
/** But never more often than this, milliseconds: nearly each time is a row, where sockets come and go. */
const EVERY_MS = 1_000;

/** What the kernel counts of the sockets of each network namespace. */
export class CounterWatch {
  /** By namespace, as last reported. */
  private readonly known = new Map<number, string>();
  private readonly share: CpuShare;

  constructor(private readonly clocks: CpuClocks) {
    this.share = new CpuShare(clocks, SHARE);
  }

  /** Of the namespaces whose counts have changed since they were last read; empty where it is too early to read them again. */
  read(places: readonly NetnsPath[]): Map<number, SocketCounters> {
    const changed = new Map<number, SocketCounters>();
    const nowMs = this.clocks.nowMs();
    if (nowMs < this.share.nextMs) return changed;
    this.share.use(() => {
      for (const place of places) this.readOne(place, changed);
    });
    this.share.nextMs = Math.max(this.share.nextMs, nowMs + EVERY_MS);
    return changed;
  }

  forget(netns: number): void {
    this.known.delete(netns);
  }

  private readOne({ netns, path }: NetnsPath, changed: Map<number, SocketCounters>): void {
    let counters: SocketCounters;
    try {
      counters = insideNetns(path, () => socketCounters(readSockstat()), netns);
    } catch {
      // It has ended by now, or may not be entered.
      return;
    }
    const text = JSON.stringify(counters);
    if (this.known.get(netns) === text) return;
    this.known.set(netns, text);
    changed.set(netns, counters);
  }
}
