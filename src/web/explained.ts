/** The lines of `/api/explain`: those of `sstory explain --json`, as far as the page shows them. */

import type { TroubleHosts } from '../server/contract-fleet.js';

export interface ExplainedSentence {
  /** Times in it are ISO 8601 in UTC: `localSentence` writes them as people here do. */
  readonly text: string;
  readonly evidence: readonly EvidenceLine[];
}

/** A row of the history, or a count of rows, that a sentence rests on. */
export type EvidenceLine = Readonly<Record<string, unknown>> & { readonly kind: string };

export interface ExplanationLine {
  readonly type: 'explanation';
  readonly connection_id: number;
  readonly state: string;
  readonly since_us: number | null;
  readonly in_state_us: number;
  readonly closed_us: number | null;
  readonly close_reason: string | null;
  readonly troubles: readonly string[];
  readonly sentences: readonly ExplainedSentence[];
}

export interface TroubleLine {
  /** Over a fleet: on which hosts. */
  readonly hosts?: TroubleHosts;
  readonly type: 'trouble';
  readonly kind: string;
  /** 0 - 100 */
  readonly severity: number;
  readonly netns: number;
  readonly netns_name: string | null;
  readonly subject: string;
  readonly from_us: number;
  readonly to_us: number;
  readonly count: number;
  readonly connection_ids: readonly number[];
  readonly processes: readonly string[];
  readonly peers: readonly string[];
  /** Addresses and ports of this host. */
  readonly listeners: readonly string[];
  /** The command that shows more, in words. */
  readonly more: readonly string[];
  readonly sentences: readonly ExplainedSentence[];
}
