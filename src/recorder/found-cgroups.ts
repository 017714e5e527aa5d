import { type RecordedCgroup, recordedCgroup } from '../model/cgroup.js';
import type { HistoryBatch } from '../model/history-batch.js';
import { CgroupPaths } from '../sys/cgroup.js';

/** The paths of the cgroups of sockets, each looked up when it is first seen. */
export class FoundCgroups {
  private readonly paths = new CgroupPaths();
  private readonly known = new Set<number>();

  /** Those of a batch that were not found before. */
  newIn(batch: HistoryBatch, nowUs: number): RecordedCgroup[] {
    const found: RecordedCgroup[] = [];
    for (const { connection } of batch.connections) this.find(connection.cgroup, nowUs, found);
    for (const { cgroupId } of batch.bound) this.find(cgroupId, nowUs, found);
    return found;
  }

  /** What was found may not have been written. */
  clear(): void {
    this.known.clear();
  }

  private find(id: number | undefined, nowUs: number, found: RecordedCgroup[]): void {
    if (id === undefined || this.known.has(id)) return;
    const path = this.paths.pathOf(id, nowUs);
    if (path === undefined) return;
    this.known.add(id);
    found.push(recordedCgroup(id, path));
  }
}
