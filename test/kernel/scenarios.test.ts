import { deepEqual } from 'node:assert/strict';
import { KernelTrace, type Life } from '../lab/kernel-trace.js';
import { requireBpf } from '../lab/privileges.js';
import { Stage } from '../lab/stage.js';
import { namespacesOf, Rehearsal } from './rehearsal.js';
import type { Truth } from './scenarios/scenario.js';
import { SCENARIOS } from './scenarios/scenarios.js';

/** What the kernel's tracepoint must report of a socket that did this. */
function asTraced(truth: Truth): string[] {
  const path = truth.path
    // A TIME-WAIT is another socket to the kernel: the full one closes, and the small one ends unreported.
    .replace(/ ~?TIME-WAIT( UNCONN)?$/, ' UNCONN')
    // A half-open request has no socket at all.
    .replace(/^UNCONN ~SYN-RECV$/, '')
    .replaceAll('~', '');
  // The local port is not chosen yet when the SYN-SENT is reported.
  const localPort = path === 'UNCONN SYN-SENT' ? 0 : truth.tuple.localPort;
  return path === '' ? [] : [`${localPort} > ${truth.tuple.remotePort}: ${path}`];
}

/** Without its end, and without the port that no other event of an unanswered connect has. */
function withoutEnd(text: string): string {
  return text.replace(/ UNCONN$/, '').replace(/^\d+ (> \d+: UNCONN SYN-SENT)$/, '* $1');
}

/** On a busy host a timer ends a connection while another program runs on its CPU: the kernel skips that event for the trace. */
const MOST_SKIPPED = 2;

function asSeen(life: Life): string {
  return `${life.localPort} > ${life.remotePort}: ${life.path.join(' ')}`;
}

describe('the scenarios of the kernel tests', () => {
  const stage = new Stage();
  let trace: KernelTrace;
  let rehearsal: Rehearsal;
  /** Ends that are not in the trace. */
  let skipped = 0;

  before(async function () {
    requireBpf(this);
    trace = stage.use(await KernelTrace.start());
    rehearsal = await Rehearsal.of(stage);
    await trace.settle();
  });
  after(() => stage[Symbol.asyncDispose]());

  for (const { name } of SCENARIOS) {
    it(`match what the kernel traced: ${name}`, function () {
      const truths = rehearsal.truths(name, this);
      // An orphan of an earlier test may end meanwhile, in a namespace whose inode number is given to one of these.
      const began = ({ path: [first] }: Life) => first === 'UNCONN' || first === 'LISTEN';
      const lives = trace.lives(new Set(namespacesOf(truths))).filter(began);
      const [seen, expected] = [lives.map(asSeen), truths.flatMap(asTraced)];
      const ends = (texts: readonly string[]) => texts.filter((text) => text.endsWith(' UNCONN')).length;
      const missing = ends(expected) - ends(seen);
      if (missing <= 0 || skipped + missing > MOST_SKIPPED) return deepEqual(seen.sort(), expected.sort());
      skipped += missing;
      deepEqual(seen.map(withoutEnd).sort(), expected.map(withoutEnd).sort());
    });
  }
});
