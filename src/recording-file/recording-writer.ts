import type { HistoryBatch } from '../model/history-batch.js';
import type { RowKind, RowKinds } from '../model/history-rows.js';
import { dividedTimewaits, type TimewaitsRecord } from '../model/timewaits.js';
import { BlockEncoder } from './block-encoder.js';
import { FORMAT_MAJOR, FORMAT_MINOR, MAGIC } from './format.js';
import { frameOf } from './frame-writer.js';
import type { RecordingHeader } from './header.js';
import { sstory } from './schema.js';

/** A block is closed at this size: enough for gzip, and little is lost if the file is cut off. */
const BLOCK_BYTES = 256 * 1024;

/** Where the bytes of a file go, in their order. */
type RecordingSink = (bytes: Uint8Array) => Promise<void>;

/**
 * Writes a recording file. Rows are encoded at once, then compressed and written asynchronously: the caller waits with
 * `settled` or reads `pendingBytes`. When the sink fails, nothing more is written and every wait fails.
 */
export class RecordingWriter {
  private readonly block = new BlockEncoder();
  private chain: Promise<void>;
  private frames = 0;
  /** Bytes that are encoded but not written yet. */
  pendingBytes = 0;

  constructor(
    private readonly sink: RecordingSink,
    header: RecordingHeader,
  ) {
    this.chain = sink(MAGIC);
    this.chain.catch(() => undefined);
    this.push(sstory.Block.encode({ header: headerMessage(header) }).finish());
  }

  /** @throws SstoryError `row-too-large` */
  add<Kind extends RowKind>(kind: Kind, row: RowKinds[Kind]): void {
    if (kind === 'timewaits')
      for (const part of dividedTimewaits(row as TimewaitsRecord)) this.addOne('timewaits', part);
    else this.addOne(kind, row);
  }

  private addOne<Kind extends RowKind>(kind: Kind, row: RowKinds[Kind]): void {
    this.block.add(kind, row);
    if (this.block.size >= BLOCK_BYTES) this.cut();
  }

  /** Adds all that one commit writes. @throws SstoryError `row-too-large` */
  addBatch(batch: HistoryBatch): void {
    for (const { connection } of batch.connections) this.add('connection', connection);
    for (const event of batch.events) this.add('event', event);
    for (const sample of batch.samples) this.add('sample', sample);
    for (const owner of batch.owners) this.add('owner', owner);
    for (const snapshot of batch.snapshots) this.add('snapshot', snapshot);
    for (const gap of batch.gaps) this.add('gap', gap);
    for (const namespace of batch.namespaces) this.add('namespace', namespace);
    for (const thread of batch.threads) this.add('thread', thread);
    for (const counts of batch.sockstat) this.add('sockstat', counts);
    for (const bound of batch.bound) this.add('bound', bound);
    for (const timewaits of batch.timewaits) this.add('timewaits', timewaits);
  }

  /** Closes the block, so that all rows so far can be read. `throughUs`: the history is complete up to this time. */
  flush(throughUs?: number): void {
    if (throughUs !== undefined) this.block.through(throughUs);
    this.cut();
  }

  /** Waits until at most `bytes` are waiting to be written. */
  async settled(bytes = 0): Promise<void> {
    if (this.pendingBytes > bytes || bytes === 0) await this.chain;
  }

  /** Writes the end marker, and waits until all is written. */
  async end(): Promise<void> {
    this.cut();
    this.push(sstory.Block.encode({ end: { frames: this.frames } }).finish());
    await this.chain;
  }

  private cut(): void {
    if (this.block.size > 0) this.push(this.block.take());
  }

  private push(payload: Uint8Array): void {
    this.frames++;
    this.pendingBytes += payload.length;
    const frame = frameOf(payload);
    frame.catch(() => undefined);
    this.chain = this.chain.then(async () => {
      await this.sink(await frame);
      this.pendingBytes -= payload.length;
    });
    this.chain.catch(() => undefined);
  }
}

function headerMessage(header: RecordingHeader): sstory.Header.$Properties {
  return {
    ...header,
    formatMajor: FORMAT_MAJOR,
    formatMinor: FORMAT_MINOR,
    transport: header.transport ?? null,
    clockSteps: [...header.clockSteps],
    sinceUs: header.sinceUs ?? null,
    untilUs: header.untilUs ?? null,
    filter: header.filter ?? null,
  };
}
