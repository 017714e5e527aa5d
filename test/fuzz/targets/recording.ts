/** Recording files: as they are, and blocks within frames whose checksum is right. */
import { join } from 'node:path';
import fc from 'fast-check';
import { MAGIC } from '../../../src/recording-file/format.js';
import { FrameReader } from '../../../src/recording-file/frame-reader.js';
import { frameOf } from '../../../src/recording-file/frame-writer.js';
import { openForWriting } from '../../../src/store/database.js';
import { isEmptyHistory, RowImport } from '../../../src/store/row-import.js';
import { generatedRow } from '../../recording-file/generated-rows.js';
import { readBack, recorded } from '../../recording-file/in-memory.js';
import { accepted, type FuzzTarget } from '../target.js';

const OPENING_ERRORS = ['not-a-recording', 'no-header', 'newer-recording'];
const SAMPLE_SEED = 7;

async function samples(): Promise<Buffer[]> {
  const groups = fc.sample(fc.array(generatedRow, { minLength: 1, maxLength: 12 }), { numRuns: 12, seed: SAMPLE_SEED });
  return [await recorded([]), await recorded(groups.slice(0, 1)), await recorded(groups)];
}

/** The file as it is: nearly every change is found by a length or a checksum. */
export async function recordingTarget(): Promise<FuzzTarget> {
  return {
    samples: await samples(),
    words: [],
    async read(input) {
      await accepted(OPENING_ERRORS, () => readBack(input));
    },
  };
}

/** The payloads of the frames of a file, the header's first. */
async function payloadsOf(file: Buffer): Promise<Uint8Array[]> {
  async function* whole() {
    yield file.subarray(MAGIC.length);
  }
  const frames = new FrameReader(whole());
  const payloads: Uint8Array[] = [];
  for (let payload = await frames.next(); payload !== undefined; payload = await frames.next()) payloads.push(payload);
  return payloads;
}

/** A block behind a good header, and one in its place; rows that are accepted are imported and read. */
export async function blockTarget(directory: string): Promise<FuzzTarget> {
  const files = await Promise.all((await samples()).map(payloadsOf));
  const [header = new Uint8Array()] = files[0] ?? [];
  const begin = Buffer.concat([MAGIC, await frameOf(header)]);
  const database = openForWriting(join(directory, 'imported.db'));
  return {
    samples: files.flat(),
    words: [],
    async read(input) {
      const frame = await frameOf(input);
      await accepted(OPENING_ERRORS, () => readBack(Buffer.concat([MAGIC, frame])));
      const { blocks } = await readBack(Buffer.concat([begin, frame]));
      database.exec('BEGIN');
      try {
        const into = new RowImport(database);
        for (const { rows } of blocks) into.write(rows);
        for (const view of ['connections', 'transitions', 'owners']) {
          for (const _row of database.prepare(`SELECT * FROM ${view}`).raw().iterate());
        }
      } finally {
        database.exec('ROLLBACK');
      }
    },
    end() {
      if (!isEmptyHistory(database)) throw new Error('a row stayed in the database');
      database.close();
    },
  };
}
