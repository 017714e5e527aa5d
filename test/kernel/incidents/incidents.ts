import { closeWaitLeak } from './close-wait-leak.js';
import { dnsChange } from './dns-change.js';
import { fullUpstreamQueue } from './full-upstream-queue.js';
import { idleDrop } from './idle-drop.js';
import type { Script } from './incident.js';
import { portExhaustion } from './port-exhaustion.js';
import { rollingRestart } from './rolling-restart.js';

/** What an SRE has to find the cause of from `explain --all` alone. */
export const INCIDENTS: readonly Script[] = [
  fullUpstreamQueue,
  closeWaitLeak,
  idleDrop,
  portExhaustion,
  dnsChange,
  rollingRestart,
];
