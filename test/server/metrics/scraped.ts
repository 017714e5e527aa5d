/** Reads the text format of Prometheus, for tests. */
import type { Metrics } from '../../../src/server/metrics/metrics.js';

/** Values by `name{label="value",...}`, as the text has them. */
export type Scraped = ReadonlyMap<string, number>;

export function scrapedOf(text: string): Scraped {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}

export async function scrape(metrics: Metrics, nowUs?: number): Promise<Scraped> {
  return scrapedOf(await metrics.scrape(nowUs));
}

/** Those that have a value other than 0 and whose name begins with a text. */
export function nonZero(scraped: Scraped, prefix: string): Record<string, number> {
  return Object.fromEntries([...scraped].filter(([name, value]) => value !== 0 && name.startsWith(prefix)));
}

/** What only goes up: counters and histograms. */
export function cumulative(scraped: Scraped): Record<string, number> {
  return Object.fromEntries([...scraped].filter(([name]) => /_total|_bucket|_count|_sum/.test(name)));
}
