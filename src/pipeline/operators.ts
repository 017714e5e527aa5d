import { concat, concatMap, defer, type Observable, type OperatorFunction, of } from 'rxjs';
import type { HistoryBatch } from '../model/history-batch.js';
import type { NetnsChange, NetnsRound, Snapshot } from '../model/snapshot.js';
import type { Correlator, CorrelatorInput } from './correlator.js';

type Held = Snapshot | NetnsChange | NetnsRound;

/**
 * Holds every snapshot, and every end of a namespace, back until the probe has reported everything up to it. Probe batches
 * and the rest pass at once; without a probe (`tracing` false) so does everything.
 */
export function holdSnapshots(tracing: boolean): OperatorFunction<CorrelatorInput, CorrelatorInput> {
  return (source$: Observable<CorrelatorInput>) => {
    let held: Held[] = [];
    return source$.pipe(
      concatMap((input) => {
        if (!tracing) return [input];
        if (isHeld(input)) {
          held.push(input);
          return [];
        }
        if (input.kind !== 'probe') return [input];
        const isReady = (each: Held) => knownBootUs(each) <= input.throughBootUs;
        const ready = held.filter(isReady);
        held = held.filter((each) => !isReady(each));
        return [input, ...ready];
      }),
    );
  };
}

function isHeld(input: CorrelatorInput): input is Held {
  return input.kind === 'snapshot' || input.kind === 'netns-round' || (input.kind === 'netns' && !input.present);
}

/** When all was known that it says. */
function knownBootUs(input: Held): number {
  return input.kind === 'snapshot' ? input.endBootUs : input.bootUs;
}

/** Turns inputs into the history they make. */
export function correlate(correlator: Correlator): OperatorFunction<CorrelatorInput, HistoryBatch> {
  return (source$: Observable<CorrelatorInput>) =>
    concat(
      source$.pipe(concatMap((input) => correlator.batches(input))),
      defer(() => of(correlator.finish())),
    );
}

/** Whether a batch changes nothing: it only shows how far the history is complete. */
export function isEmpty(batch: HistoryBatch): boolean {
  return (
    batch.connections.length === 0 &&
    batch.reached === undefined &&
    batch.events.length === 0 &&
    batch.samples.length === 0 &&
    batch.owners.length === 0 &&
    batch.snapshots.length === 0 &&
    batch.gaps.length === 0 &&
    batch.openGaps === undefined &&
    batch.namespaces.length === 0 &&
    batch.threads.length === 0 &&
    batch.sockstat.length === 0 &&
    batch.bound.length === 0 &&
    batch.timewaits.length === 0
  );
}
