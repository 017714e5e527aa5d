/**
 * better-sqlite3, in the release for this Node: 13 needs Node-API 10, which Node 22 brought, and has one binary for all that came after;
 * 12 is compiled for one Node, and aborts on Node 24.19 and later.
 */
import { createRequire } from 'node:module';
import type Sqlite from 'better-sqlite3';

export const Database: typeof Sqlite = createRequire(import.meta.url)(
  Number(process.versions['napi']) >= 10 ? 'better-sqlite3-13' : 'better-sqlite3',
);
