/**
 * What a recorder costs while nothing happens: CPU over a minute and memory, with no sockets, with many open ones, and with many TIME-WAITs.
 * Run as root: `node dist/scripts/bench/idle.js [SECONDS]`.
 */
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { CHURN } from '../../test/lab/churn.js';
import { Recorder } from '../../test/lab/sstory.js';
import { megabytes, say } from './figures.js';
import { anonymousBytes, residentBytes, runTimeMs } from './process-usage.js';
import { HOLD, inNewNetns } from './programs.js';
import { TemporaryDirectory } from './temporary-directory.js';

/** Until V8 has compiled what runs once or ten times a second: idle is what lasts. */
const WARM_UP_SECONDS = 120;
/** But TIME-WAITs last a minute. */
const SHORT_WARM_UP_SECONDS = 20;
const OPEN = [0, 5_000, 50_000];
/** net.ipv4.tcp_max_tw_buckets here. They last a minute: most of them end while they are measured. */
const TIME_WAITS = 131_072;

const seconds = Number(process.argv[2] ?? 60);

async function measure(directory: TemporaryDirectory, name: string, warmUpSeconds = WARM_UP_SECONDS): Promise<void> {
  const recorder = await Recorder.start(directory.file(`${name.replaceAll(/\W/g, '-')}.db`), '--source', 'bpf');
  const pid = recorder.pid ?? 0;
  await delay(warmUpSeconds * 1_000);
  const before = runTimeMs(pid);
  await delay(seconds * 1_000);
  const share = (runTimeMs(pid) - before) / (seconds * 1_000);
  say(
    `${name}: ${(share * 100).toFixed(2)} % of a core, resident ${megabytes(residentBytes(pid) ?? 0)}, ` +
      `of it anonymous ${megabytes(anonymousBytes(pid) ?? 0)}`,
  );
  await recorder.stop();
}

using directory = new TemporaryDirectory();
for (const count of OPEN) {
  const holder = count === 0 ? undefined : execa(...inNewNetns(HOLD, count), { reject: false });
  if (holder !== undefined) await once(holder.stdout, 'data');
  await measure(directory, `${count} open sockets`);
  holder?.stdin.end();
  await holder;
}
const waits = execa(...inNewNetns('sh', '-c', `'${CHURN} ${TIME_WAITS} >/dev/null; echo; exec sleep 600'`), {
  reject: false,
});
await once(waits.stdout, 'data');
await measure(directory, `${TIME_WAITS} TIME-WAITs, which end while it runs`, SHORT_WARM_UP_SECONDS);
waits.kill();
await waits;
