import type { Prefix } from './expression.js';
import { isIn, parsePrefix } from './prefix.js';

/** The SQL function `inet_in(address, prefix)`: 1 or 0. Prefixes are few, so each is parsed once. */
function inetIn(): (address: unknown, prefix: unknown) => 0 | 1 {
  const prefixes = new Map<unknown, Prefix | undefined>();
  return (address, text) => {
    if (!prefixes.has(text)) prefixes.set(text, parsePrefix(String(text)));
    const prefix = prefixes.get(text);
    return prefix !== undefined && isIn(String(address), prefix) ? 1 : 0;
  };
}

/** The part of a better-sqlite3 database that `registerInetIn` needs. */
interface FunctionRegistry {
  function(
    name: string,
    options: { deterministic: boolean },
    body: (address: unknown, prefix: unknown) => 0 | 1,
  ): unknown;
}

/** Defines `inet_in` in a database connection; conditions of `compileToSql` need it. */
export function registerInetIn(database: FunctionRegistry): void {
  database.function('inet_in', { deterministic: true }, inetIn());
}
