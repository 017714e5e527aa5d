/** Packed runs that wait in a merge, and what comes out of it. */
import type { BacklogFile } from '../../src/probe/backlog-file.js';
import { packRun } from '../../src/probe/packed-run.js';
import { RecordMerge, type Slice } from '../../src/probe/record-merge.js';
import { recordAt, wordsOf } from './made-records.js';

export const CONTEXT = { resetReason: () => undefined };
export const RECORDS = 4_000;
export const NEARLY_A_BLOCK = 4_000_000;

/** Records a microsecond apart whose sockets differ, so that they take about as much when they are packed. */
export function packed(index: number): Uint32Array<ArrayBuffer> {
  const at = (us: number) => ({ ...recordAt(us * 1_000), address: BigInt(us) * 0x9e37_79b9_7f4an });
  return packRun(wordsOf(...Array.from({ length: RECORDS }, (_, us) => at(index * RECORDS + us + 1))));
}

export function merging(file: BacklogFile, runs: number): RecordMerge {
  const merge = new RecordMerge(CONTEXT, 0, file);
  addRuns(merge, 0, runs);
  return merge;
}

export function addRuns(merge: RecordMerge, first: number, end: number): void {
  for (let index = first; index < end; index++) merge.add(packed(index), true);
}

/** Bytes that wait in the file. */
export const storedBytes = (merge: RecordMerge) => merge.waitingBytes - merge.memoryBytes;

export const eventsOf = (slices: Iterable<Slice>) => [...slices].flatMap(({ events }) => events);
export const countOf = (runs: number) => runs * RECORDS;
