import { deepEqual, equal, ok } from 'node:assert/strict';
import { join } from 'node:path';
import { atMost } from '../lab/number-assertions.js';
import { requireBpf } from '../lab/privileges.js';
import { numberOf, query, Recorder } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { holderText, portlessSocket, type Recorded, readRecorded, truthSocket } from './recorded.js';
import { namespacesOf, Rehearsal } from './rehearsal.js';
import type { Truth } from './scenarios/scenario.js';
import { SCENARIOS } from './scenarios/scenarios.js';

/** The part of a connection that must be exactly right, one line each for a readable difference. */
interface Account {
  readonly netns: number;
  readonly socket: string;
  readonly origin: string;
  readonly path: string;
  readonly closeReason: string;
  readonly holder: string;
}

function accountOfTruth(truth: Truth): Account {
  const { netns, origin, path, closeReason = 'open', holder } = truth;
  const socket = truthSocket(truth);
  return { netns, socket, origin, path, closeReason, holder: holder === undefined ? 'none' : holderText(holder) };
}

function accountOfRecorded({ netns, socket, origin, path, closeReason, holder }: Recorded): Account {
  return { netns, socket, origin, path, closeReason: closeReason ?? 'open', holder };
}

/** No call reports the descriptor of a listener: only a snapshot does, and a short-lived listener may be in none. */
function withoutUnseenFd(account: Account): Account {
  if (account.origin !== 'listen' || account.closeReason === 'open') return account;
  return { ...account, holder: account.holder.replace(/ fd .*/, '') };
}

/**
 * Without its last transition, which is then inferred and has no reason. On a busy host a timer ends a connection while another program runs
 * on its CPU: the kernel skips that event, and counts it. Of a connect that was not answered no other event has the local port.
 */
function withoutEnd(account: Account): Account {
  const path = account.path.replace(/ ~?UNCONN$/, ' (ended)');
  if (path === account.path) return account;
  const socket = path === 'UNCONN SYN-SENT (ended)' ? account.socket.replace(/:\d+ > /, ':* > ') : account.socket;
  return { ...account, socket, path, closeReason: 'not compared' };
}

function sorted(accounts: readonly Account[]): Account[] {
  const key = (account: Account) => Object.values(account).join(' ');
  return accounts.map(withoutUnseenFd).sort((a, b) => key(a).localeCompare(key(b)));
}

/** What was recorded of a socket; of one whose end, and so whose port, is not in the record, by its other address. */
function recordedOf(path: string, truth: Truth): Recorded[] {
  const recorded = readRecorded(path, truth.netns);
  const found = recorded.filter(({ socket }) => socket === truthSocket(truth));
  return found.length > 0 ? found : recorded.filter(({ socket }) => socket === portlessSocket(truth));
}

/** How many events the kernel skipped, by its own count. */
const numberSkipped = (path: string) => numberOf(path, "SELECT sum(lost) FROM gaps WHERE reason = 'continuity'");

describe('sstory record --source bpf', () => {
  const stage = new Stage();
  let path: string;
  let rehearsal: Rehearsal;
  let outcome: Awaited<ReturnType<Recorder['stop']>>;
  /** Ends that are not in the record. */
  let missingEnds = 0;

  before(async function () {
    requireBpf(this);
    path = join(await stage.directory(), 'bpf.db');
    const recorder = stage.use(await Recorder.start(path, '--source', 'bpf', '--interval', '200ms'));
    rehearsal = await Rehearsal.of(stage);
    outcome = await recorder.stop();
  });
  after(() => stage[Symbol.asyncDispose]());

  for (const { name } of SCENARIOS) {
    it(`records exactly what happened: ${name}`, function () {
      const truths = rehearsal.truths(name, this);
      const recorded = namespacesOf(truths).flatMap((netns) => readRecorded(path, netns, rehearsal.startedUs));
      const [found, expected] = [sorted(recorded.map(accountOfRecorded)), sorted(truths.map(accountOfTruth))];
      const inferred = found.filter(({ path }) => path.endsWith(' ~UNCONN')).length;
      const missing = inferred - expected.filter(({ path }) => path.endsWith(' ~UNCONN')).length;
      if (missing <= 0 || missingEnds + missing > numberSkipped(path)) return deepEqual(found, expected);
      missingEnds += missing;
      deepEqual(sorted(found.map(withoutEnd)), sorted(expected.map(withoutEnd)));
    });
  }

  it('records every owner of a socket, including a process that inherited it', () => {
    for (const truth of rehearsal.having('alsoHeldBy')) {
      const recorded = readRecorded(path, truth.netns).filter(({ socket }) => socket === truthSocket(truth));
      for (const holder of truth.alsoHeldBy) {
        const owners = recorded.flatMap(({ owners }) => owners.map(holderText));
        ok(owners.includes(holderText(holder)), `${holderText(holder)} is not among ${owners.join(', ')}`);
      }
    }
  });

  it('records resets, retransmits and failed calls, but for what the kernel skipped', () => {
    const missing: string[] = [];
    for (const truth of rehearsal.having('events')) {
      const events = recordedOf(path, truth).flatMap((each) => each.events);
      for (const event of truth.events)
        if (!events.some((one) => one.startsWith(event)))
          missing.push(`${truthSocket(truth)}: no ${event} among ${events.join(', ')}`);
    }
    // On a busy host an interrupt sends a reset while another program runs on its CPU.
    atMost(missing.length + missingEnds, numberSkipped(path), `events missing (${missing.join('; ')})`);
  });

  it('records no event of another connection with the same four-tuple', () => {
    for (const truth of rehearsal.having('noEvents')) {
      const recorded = readRecorded(path, truth.netns).filter(({ socket }) => socket === truthSocket(truth));
      deepEqual(
        recorded.flatMap(({ events }) => events),
        [],
      );
    }
  });

  it('ends cleanly on Ctrl-C', () => {
    equal(outcome.exitCode, 0, outcome.stderr);
    deepEqual(query(path, 'SELECT source, end FROM runs'), [{ source: 'bpf', end: 'clean' }]);
  });
});
