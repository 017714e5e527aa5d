import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { counted } from '../../model/counted.js';
import { fileTrouble, SstoryError } from '../../model/error.js';
import { DirTarget } from '../../ship/dir-target.js';
import { machineUuid } from '../../ship/machine.js';
import { Outbox } from '../../ship/outbox.js';
import { shipOn, shipOnce } from '../../ship/ship-loop.js';
import { Shipper } from '../../ship/shipper.js';
import { StateFile } from '../../ship/state.js';
import type { Target } from '../../ship/target.js';
import { type What, whatText } from '../../ship/what.js';
import { FileLock } from '../../sys/file-lock.js';
import { readHost } from '../../sys/host.js';
import { closing } from '../closing.js';
import { interruptible } from '../output/interruption.js';
import { say } from '../output/say.js';
import type { ShipTo } from './ship-options.js';

interface Shipping {
  readonly to: ShipTo;
  readonly db: string;
  readonly directory: string;
  readonly name: string;
  readonly what: What;
  readonly pace: number;
  readonly once: boolean;
}

/** Ships until it is interrupted, or once. Resolves with the exit code. */
export async function ship({ to, db, directory, name, what, pace, once }: Shipping): Promise<number> {
  const outbox = new Outbox(db);
  using _outbox = closing(outbox);
  const state = new StateFile(directory, name);
  using _lock = closing(lockOf(directory, name));
  const nowUs = () => Date.now() * 1_000;
  const target = await targetOf(to, nowUs);
  const last = outbox.allRuns().at(-1);
  const host = last?.host ?? readHost().host;
  const origin = { host, machine: machineUuid(host), file: outbox.file };
  const shipper = new Shipper({ outbox, target, state, origin, name, what, nowUs, say, atOnce: once });
  const parts = { shipper, outbox, pace, nowUs, say };
  try {
    await interruptible(async (asked) => {
      if (once) return shipOnce(parts, asked);
      say(`shipping ${db} to ${target.text} (${whatText(what)}); Ctrl-C ends it`);
      return shipOn(parts, asked);
    });
  } finally {
    await target.close();
  }
  const { sent, kept, lost } = shipper.state;
  const rest = shipper.waiting === 0 ? '' : `, ${shipper.waiting.toLocaleString('en')} wait`;
  const deleted = lost === 0 ? '' : `, ${counted(lost, 'connection')} deleted before that`;
  say(
    `${counted(sent, 'connection')} sent to ${target.text}, ${kept.toLocaleString('en')} found there${rest}${deleted}`,
  );
  return 0;
}

/** What is loaded for ClickHouse is loaded only where it is used. */
async function targetOf(to: ShipTo, nowUs: () => number): Promise<Target> {
  if (to.kind === 'dir') return new DirTarget(to.path);
  const [{ FleetClient }, { ClickHouseTarget }] = await Promise.all([
    import('../../fleet/client.js'),
    import('../../ship/clickhouse-target.js'),
  ]);
  return new ClickHouseTarget(FleetClient.of('--to', to.url), nowUs);
}

/** One shipper at a time for each name. */
function lockOf(directory: string, name: string): FileLock {
  const path = join(directory, `.${name}.lock`);
  let lock: FileLock | undefined;
  try {
    closeSync(openSync(path, 'a', 0o640));
    lock = FileLock.take(path);
  } catch (cause) {
    throw new SstoryError('cannot-keep-state', `cannot write ${path}: ${fileTrouble(cause)}`, {
      hint: 'name a directory that this user may write: --state DIRECTORY',
      cause,
    });
  }
  if (lock !== undefined) return lock;
  throw new SstoryError('already-shipping', `another sstory ship uses the name ${name} in ${directory}`, {
    hint: 'give this one another name: --name NAME',
  });
}
