import type Database from 'better-sqlite3';
import type { Condition } from '../query/index.js';
export function historyCondition(_database: Database.Database, words: readonly string[]): Condition | undefined {
  return words.length === 0 ? undefined : undefined;
}
