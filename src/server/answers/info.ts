import { connectionCount } from '../../query/history-facts.js';
import { isStalled } from '../../query/recorder-life.js';
import { spanIn } from '../../request/recorded-window.js';
import { recorderHere } from '../../request/recorder-here.js';
import { readHost } from '../../sys/host.js';
import { VERSION } from '../../sys/version.js';
import type { Info } from '../contract.js';
import type { Asked } from './asked.js';

/** GET /api/info. */
export function info({ database, file, remembered }: Asked): Info {
  const nowUs = Date.now() * 1_000;
  const life = recorderHere(database, nowUs);
  const run = life.kind === 'none' ? undefined : life.run;
  const span = spanIn(database);
  return {
    version: VERSION,
    host: run?.host ?? readHost().host,
    file,
    time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    now_us: nowUs,
    span: span === undefined ? null : { from_us: span.fromUs, to_us: span.toUs },
    recording: life.kind === 'running',
    stalled: isStalled(life),
    source: run?.source ?? null,
    behind_us: life.kind === 'running' ? Math.max(0, nowUs - life.run.lastUs) : 0,
    connections: remembered.of('connections', () => connectionCount(database)),
  };
}
