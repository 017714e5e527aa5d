import { concatMap, map, type Observable, type OperatorFunction } from 'rxjs';
import type { HistoryBatch } from '../model/history-batch.js';
import type { Snapshot } from '../model/snapshot.js';
import type { Correlator, CorrelatorInput } from './correlator.js';

/**
 * Holds every snapshot back until the probe has reported everything up to the end of its dump. Probe batches
 * and the rest pass at once; without a probe (`tracing` false) so do snapshots.
 */
export function holdSnapshots(tracing: boolean): OperatorFunction<CorrelatorInput, CorrelatorInput> {
  return (source$: Observable<CorrelatorInput>) => {
    let held: Snapshot[] = [];
    return source$.pipe(
      concatMap((input) => {
        if (!tracing) return [input];
        if (input.kind === 'snapshot') {
          held.push(input);
          return [];
        }
        if (input.kind !== 'probe') return [input];
        const ready = held.filter((snapshot) => snapshot.endBootUs <= input.throughBootUs);
        held = held.filter((snapshot) => snapshot.endBootUs > input.throughBootUs);
        return [input, ...ready];
      }),
    );
  };
}

/** Turns inputs into the history they make. */
export function correlate(correlator: Correlator): OperatorFunction<CorrelatorInput, HistoryBatch> {
  return map((input: CorrelatorInput) => correlator.accept(input));
}

/** Whether a batch changes nothing: it only shows how far the history is complete. */
export function isEmpty(batch: HistoryBatch): boolean {
  return (
    batch.connections.length === 0 &&
    batch.events.length === 0 &&
    batch.samples.length === 0 &&
    batch.owners.length === 0 &&
    batch.snapshots.length === 0 &&
    batch.gaps.length === 0
  );
}
