import type { HostCheck } from '../model/host-check.js';
import { answersRefusal } from './answer-listeners.js';

/** What names need of this host: recording works without it. */
export function* nameChecks(): Generator<HostCheck> {
  const refusal = answersRefusal();
  const common = { name: 'DNS answers', required: false };
  yield refusal === undefined
    ? { ...common, ok: true, detail: 'packet sockets on port 53 can be opened' }
    : {
        ...common,
        ok: false,
        detail: refusal,
        remedy: 'names come only from /etc/hosts: DNS needs root (CAP_NET_RAW)',
      };
}
