/** What the server and the process that follows the database say to each other. */
import type { Missed, Tick } from '../contract-stream.js';
import type { FailedAnswer } from '../failure.js';
import type { Parameters } from '../query.js';

/** `topic`: which filter. `taken`: the last batch was passed on, the next may be sent. */
export type FollowRequest =
  | { readonly kind: 'follow'; readonly topic: number; readonly parameters: Parameters }
  | { readonly kind: 'leave'; readonly topic: number }
  | { readonly kind: 'taken' };

/** A line of the log, for the topics that it matches. */
export interface FollowedLine {
  readonly event: 'transition' | 'gap';
  readonly atUs: number;
  readonly data: string;
  readonly topics: readonly number[];
}

export type FollowReply =
  | { readonly kind: 'following'; readonly topic: number }
  | ({ readonly kind: 'refused'; readonly topic: number } & FailedAnswer)
  | {
      readonly kind: 'batch';
      readonly lines: readonly FollowedLine[];
      readonly tick: Tick | undefined;
      /** For every topic. */
      readonly missed: Missed | undefined;
    }
  | ({ readonly kind: 'failed' } & FailedAnswer);
