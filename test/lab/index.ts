/** What kernel tests are made of: namespaces, processes that make sockets on command, and the built sstory. */
export { Actor, type Connected } from './actor.js';
export { CHURN } from './churn.js';
export { DnsServer } from './dns-server.js';
export {
  BASE_US,
  batchOf,
  connectionOf,
  type Entered,
  LAB_RUN,
  sampleOf,
  usAt,
  type Written,
  writeHistory,
} from './history.js';
export { KernelTrace, type Life } from './kernel-trace.js';
export { joinByVeth, Netns, type VethEnd } from './netns.js';
export { missing, requireBpf, requireDns, requireRoot, requireTmux } from './privileges.js';
export { MAIN, type Outcome, query, Recorder, sstory } from './sstory.js';
export { Stage } from './stage.js';
export { TmuxScreen } from './tmux-screen.js';
export { until } from './until.js';
