/** How far `sstory ship` has come with a database, at each place that it is shipped to. */
import type Database from 'better-sqlite3';
import { readShipMarks, type ShipMarks, shipDirectory } from '../../store/ship-marks.js';
import { METRICS, type MetricKey } from '../../view/prometheus/definitions.js';
import { metricLines } from '../../view/prometheus/exposition.js';

/** Empty where it is not shipped. A state that only `ship --state` names is not seen. */
export function shipText(database: Database.Database, nowUs: number): string {
  // The first databases of version 4 have none.
  if (database.prepare("SELECT 1 FROM main.sqlite_schema WHERE name = 'closings'").get() === undefined) return '';
  const file = String(database.prepare('SELECT uuid FROM file').pluck().get());
  const places = readShipMarks(shipDirectory(database.name), file);
  if (places.length === 0) return '';
  const last = database.prepare('SELECT coalesce(max(seq), 0) FROM closings').pluck().get() as number;
  const values: Partial<Record<MetricKey, (marks: ShipMarks) => number | undefined>> = {
    shipSent: ({ sent }) => sent,
    shipKept: ({ kept }) => kept,
    shipLost: ({ lost }) => lost,
    shipWaiting: ({ sent }) => Math.max(0, last - sent),
    shipBehind: ({ throughUs }) => (throughUs === 0 ? undefined : Math.max(0, nowUs - throughUs) / 1e6),
    shipFailing: ({ error }) => Number(error !== undefined),
  };
  const lines = Object.entries(values).map(([key, valueIn]) => {
    const samples = places.flatMap((marks) => {
      const value = valueIn(marks);
      return value === undefined ? [] : [{ labels: { target: marks.name }, value }];
    });
    return metricLines(METRICS[key as MetricKey], samples);
  });
  return lines.join('');
}
