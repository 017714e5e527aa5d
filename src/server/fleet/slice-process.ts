/** Writes a slice: started for each, by `sliceByProcess`. */
import { FleetClient } from '../../fleet/client.js';
import { writeHostSlice } from '../../fleet/page/host-slice.js';
import { dieWithParent } from '../../sys/parent-death.js';
import { failedAnswer } from '../failure.js';
import type { SliceOrder, SliceReply } from './slice-maker.js';

dieWithParent();
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(0));
process.once('message', (order: SliceOrder) => void answer(order));

async function answer(order: SliceOrder): Promise<void> {
  const reply = await write(order).then(
    (): SliceReply => ({ kind: 'done' }),
    (error: unknown): SliceReply => ({ kind: 'failed', error: failedAnswer(error).body.error }),
  );
  process.send?.(reply, () => process.exit(0));
}

async function write(order: SliceOrder): Promise<void> {
  const fleet = FleetClient.of(order.name, order.url);
  try {
    const { host, machine, file, fromUs, toUs, path } = order;
    await writeHostSlice(fleet, { host, machine, file, window: { fromUs, toUs } }, path);
  } finally {
    await fleet.close();
  }
}
