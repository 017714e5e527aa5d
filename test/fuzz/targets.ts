import type { TargetMaker } from './target.js';
import { durationTarget, sizeTarget, timeTarget } from './targets/arguments.js';
import { dumpTarget } from './targets/dump.js';
import { filterTarget } from './targets/filter.js';
import { dnsTarget, hostsTarget, packetTarget } from './targets/names.js';
import { netlinkTarget } from './targets/netlink.js';
import { blockTarget, recordingTarget } from './targets/recording.js';
import { requestTarget } from './targets/request.js';
import { lineTarget, perfRingTarget, sharedRingTarget } from './targets/rings.js';
import { sqlTarget, statementTarget } from './targets/sql.js';

/** Everything that reads bytes or text from outside, by name. */
export const FUZZ_TARGETS: Readonly<Record<string, TargetMaker>> = {
  recording: recordingTarget,
  'recording-block': blockTarget,
  'ss-dump': dumpTarget,
  netlink: netlinkTarget,
  dns: dnsTarget,
  packet: packetTarget,
  hosts: hostsTarget,
  'perf-ring': perfRingTarget,
  'shared-ring': sharedRingTarget,
  'event-line': lineTarget,
  filter: filterTarget,
  time: timeTarget,
  duration: durationTarget,
  size: sizeTarget,
  statement: statementTarget,
  sql: sqlTarget,
  request: requestTarget,
};
