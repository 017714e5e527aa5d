import type { GapReason } from '../../src/model/gap.js';
import type { Loss, ProbeEvent } from '../../src/model/probe-event.js';
import type { Probe } from '../../src/probe/probe.js';

/** Collects what a probe reports about one network namespace. */
export class Listener {
  readonly events: ProbeEvent[] = [];
  readonly losses: Loss[] = [];
  /** Events of all namespaces. */
  total = 0;
  throughBootUs = 0;

  constructor(probe: Probe, netns: number) {
    probe.batches$.subscribe((batch) => {
      this.total += batch.events.length;
      this.throughBootUs = batch.throughBootUs;
      this.losses.push(...batch.losses);
      for (const event of batch.events) if (event.netns === netns) this.events.push(event);
    });
  }

  get lost(): number {
    return this.losses.reduce((sum, loss) => sum + (loss.lost ?? 0), 0);
  }

  /** Events lost for one reason. */
  lostIn(reason: GapReason): number {
    return this.losses.reduce((sum, loss) => sum + (loss.reason === reason ? (loss.lost ?? 0) : 0), 0);
  }

  /** Periods without a tracer. */
  get tracerLosses(): Loss[] {
    return this.losses.filter((loss) => loss.reason === 'tracer');
  }

  /** UNCONN -> SYN-SENT. */
  get connects(): number {
    return this.events.filter((event) => event.kind === 'transition' && event.newState === 'SYN-SENT').length;
  }
}
