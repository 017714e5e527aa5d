/** Answers about one database. */
import { HistoryDesks } from './history-desks.js';
import type { AnswerSource } from './http/app.js';
import { MetricsDesk } from './metrics/metrics-desk.js';
import { Followers } from './stream/followers.js';

/** A source with what it takes to begin and to end. */
export interface RunningSource extends AnswerSource {
  readonly begin: () => void;
  /** Ends what answers; `ended` resolves when what is left has ended too, after the connections. */
  readonly end: () => void;
  readonly ended: () => Promise<void>;
}

export function databaseSource({
  file,
  metrics = new MetricsDesk(file, []),
}: {
  readonly file: string;
  readonly metrics?: MetricsDesk | undefined;
}): RunningSource {
  const desks = new HistoryDesks(file);
  const followers = new Followers(file);
  return {
    desksOf: () => desks,
    followers,
    metrics,
    begin: () => desks.warm(),
    warm: () => desks.warmAll(),
    end: () => {
      desks.close();
      followers.close();
    },
    ended: () => metrics.close(),
  };
}
