import { TCP_STATES, type TcpState } from '../model/tcp-state.js';
import { DEFAULT_STATES, type Filter } from '../query/filter/index.js';
import type { SsFlags } from './ss-flags.js';

/** The states that flags and filter leave: the filter's own where it names some, else -a all, -l listening, or ss's default. */
export function statesWanted(
  flags: Pick<SsFlags, 'all' | 'listening'>,
  filter: Pick<Filter, 'states'>,
): ReadonlySet<TcpState> {
  if (filter.states !== undefined) return filter.states;
  if (flags.all) return new Set(TCP_STATES);
  if (flags.listening) return new Set<TcpState>(['LISTEN', 'UNCONN']);
  return new Set(DEFAULT_STATES);
}
