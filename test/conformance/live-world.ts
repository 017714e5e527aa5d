/**
 * Run inside a network namespace of its own, and a pid namespace, so that there are few processes to look through. Takes the file
 * of a second network namespace, and that of a dump to be made, and the database into which a recorder writes, as its arguments. Makes sockets in both, then runs the real ss and
 * `sstory ss` (in this process) on each command line that it reads from stdin (JSON), and prints what both answered. Where the sockets
 * moved in between, again. Then all of it once more over a dump that the real ss makes of them (TCPDIAG_FILE), and over the recording, as of the
 * moment of each answer.
 */
import { readFileSync, statSync } from 'node:fs';
import { ownNetns } from '../../src/sys/netns.js';
import { type Answer, answerOf } from '../lab/ss-answer.js';
import { until } from '../lab/until.js';
import { makeNetwork, makeSockets } from './live-sockets.js';
import { withoutSpacing } from './moving-values.js';
import { answerAt, recordedAfter, ss } from './past-answers.js';

/** Both answers to one command line. */
export interface SideBySide {
  readonly argv: readonly string[];
  readonly theirs: Answer;
  readonly ours: Answer;
  /** Before theirs was asked for, and when it was complete, microseconds since the epoch. */
  readonly fromUs: number;
  readonly atUs: number;
}

/** Ours of the recording, of both of these times. */
export interface Past extends SideBySide {
  readonly oursBefore: Answer;
}

const TRIES = 20;

export interface Answers {
  readonly live: readonly SideBySide[];
  readonly ofDumps: readonly SideBySide[];
  /** Ours is of the recording. */
  readonly past: readonly Past[];
}

/**
 * Whether the command line asks for what ss reads from a file: it leaves the choice of states and families to the kernel, which is
 * not asked then, and its summary is of this moment.
 */
function readsDump(argv: readonly string[]): boolean {
  const words = argv.join(' ');
  return (
    /(^| )-\w*a|--al/.test(words) && !/(^| )-\w*[l46f]|--(listening|ipv|family)|inet6:|\b(state|exclude)\b/.test(words)
  );
}

/** Waits until the last packets have arrived: every state that should be there, and none that passes by itself. */
async function settle(): Promise<void> {
  const wanted = 'CLOSE-WAIT CLOSING ESTAB FIN-WAIT-1 FIN-WAIT-2 LAST-ACK LISTEN SYN-RECV SYN-SENT TIME-WAIT'.split(
    ' ',
  );
  const states = () =>
    new Set(
      ss(['-tanH'])
        .stdout.split('\n')
        .map((line) => line.split(' ', 1)[0]),
    );
  await until(
    'every state',
    () => wanted.every((state) => states().has(state)),
    () => [...states()].join(' '),
  );
}

/** Asks ss, sstory, and ss again: only where nothing has moved between its two answers can ours be compared. */
async function sideBySide(argv: readonly string[]): Promise<SideBySide> {
  let fromUs = Date.now() * 1000;
  let theirs = ss(argv);
  for (let tries = 1; ; tries++) {
    const atUs = Date.now() * 1000;
    const ours = await answerOf(argv);
    const againUs = Date.now() * 1000;
    const again = ss(argv);
    const stood = withoutSpacing(theirs.stdout) === withoutSpacing(again.stdout);
    if (tries === TRIES || withoutSpacing(ours.stdout) === withoutSpacing(theirs.stdout))
      return { argv, theirs, ours, fromUs, atUs };
    // Standing still and yet different: a difference of ours.
    if (stood && tries > 2) return { argv, theirs: again, ours, fromUs: againUs, atUs: Date.now() * 1000 };
    theirs = again;
    fromUs = againUs;
  }
}

const [otherNetns = '', dumpPath = '', database = ''] = process.argv.slice(2);
const namespaces = [ownNetns(), statSync(otherNetns).ino];
makeNetwork();
makeSockets(otherNetns);
const commands = JSON.parse(readFileSync(0, 'utf8')) as readonly (readonly string[])[];
await settle();
await recordedAfter(database, namespaces, Date.now() * 1000 + 500_000);
const answers: SideBySide[] = [];
for (const argv of commands) answers.push(await sideBySide(argv));
// By then every change that was found up to the last answer has been sampled.
await recordedAfter(database, namespaces, Date.now() * 1000 + 10_500_000);
const past: Past[] = [];
for (const { argv, theirs, fromUs, atUs } of answers) {
  const [oursBefore, ours] = [await answerAt(database, fromUs, argv), await answerAt(database, atUs, argv)];
  past.push({ argv, theirs, fromUs, atUs, oursBefore, ours });
}
// Nothing moves in a file: one look is enough. A file for each family, since ss reads no further than the first one's end.
const ofDumps: SideBySide[] = [];
for (const family of ['-4', '-6']) {
  const dump = `${dumpPath}${family}`;
  ss(['-tanoeim', family, '-D', dump]);
  process.env['TCPDIAG_FILE'] = dump;
  for (const argv of commands.filter(readsDump))
    ofDumps.push({ argv, theirs: ss(argv), ours: await answerOf(argv), fromUs: 0, atUs: 0 });
}
process.stdout.write(JSON.stringify({ live: answers, ofDumps, past }), () => process.exit(0));
