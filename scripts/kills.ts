/**
 * Random kills: a recorder under a steady load is killed with SIGKILL at a random time after its start, again and again, into one file. As
 * root: `node dist/scripts/kills.js [--kills 100] [--rate 400] [--seed N]`. Another tracer has the truth. Exit code 1 if a
 * connection is neither recorded nor inside a gap, or `sstory check` finds something.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { accountFor } from '../test/lab/accounting.js';
import { CHURN } from '../test/lab/churn.js';
import { KernelTrace } from '../test/lab/kernel-trace.js';
import { Netns } from '../test/lab/netns.js';
import { Recorder, sstory } from '../test/lab/sstory.js';
import { say } from './bench/figures.js';
import { randomFrom } from './bench/lifetimes.js';
import { TemporaryDirectory } from './bench/temporary-directory.js';

/** After the recorder says that it records. */
const LONGEST_LIFE_MS = 3_000;
/** How long the last one may process what is still in memory. */
const CATCH_UP_MS = 60_000;

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    rate: { type: 'string', default: '400' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const kills = Number(values.kills);

using directory = new TemporaryDirectory();
const path = directory.file('kills.db');
await using netns = await Netns.create();
await using trace = await KernelTrace.start(netns.inode);
say(`seed ${values.seed}`);
const random = randomFrom(Number(values.seed));
const churn = execa(...netns.inside(CHURN, '1000000', values.rate), { reject: false });
for (let count = 1; count <= kills; count++) {
  const recorder = await Recorder.start(path, '--source', 'bpf', '--no-names');
  await delay(random() * LONGEST_LIFE_MS);
  await recorder.kill();
}
const last = await Recorder.start(path, '--source', 'bpf', '--no-names');
const { stderr, exitCode } = await last.stop('SIGINT', CATCH_UP_MS);
if (exitCode !== 0) say(stderr);
churn.kill();
await churn;
await trace.settle();
const { established, missing, downtimes, unexplained } = accountFor(path, netns.inode, trace);
const check = await sstory('check', '--db', path);
say(
  `${established} connections in ${kills + 1} runs: ${established - missing.length} recorded, ${missing.length - unexplained.length} in ${downtimes.length} gaps between runs and others`,
);
for (const { ports, atUs } of unexplained.slice(0, 20)) say(`neither recorded nor in a gap: ${ports} at ${atUs}`);
say(check.stdout);
process.exitCode = exitCode === 0 && unexplained.length === 0 && check.exitCode === 0 ? 0 : 1;
