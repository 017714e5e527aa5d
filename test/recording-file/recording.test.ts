import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { RowKind } from '../../src/model/history-rows.js';
import { MAGIC } from '../../src/recording-file/format.js';
import { frameOf } from '../../src/recording-file/frame-writer.js';
import { sstory } from '../../src/recording-file/schema.js';
import { type AnyRow, generatedRow, generatedRows } from './generated-rows.js';
import { HEADER, readBack, recorded } from './in-memory.js';

const KINDS = Object.keys(generatedRows) as RowKind[];

function rowsByKind(groups: readonly (readonly AnyRow[])[]) {
  return Object.fromEntries(
    KINDS.map((kind) => [kind, groups.flat().flatMap((each) => (each.kind === kind ? [each.row] : []))]),
  );
}

function readByKind(blocks: Awaited<ReturnType<typeof readBack>>['blocks']) {
  return Object.fromEntries(KINDS.map((kind) => [kind, blocks.flatMap((block) => block.rows[kind] as unknown[])]));
}

describe('a recording', () => {
  it('gives back every row as it was, in its order, however its bytes come', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(generatedRow, { maxLength: 20 }), { maxLength: 5 }),
        fc.integer({ min: 1, max: 300 }),
        async (groups, pieceSize) => {
          const { header, blocks, fault, hasTail } = await readBack(await recorded(groups), pieceSize);
          assert.equal(fault, undefined);
          assert.equal(hasTail, false);
          assert.deepEqual(header, { ...HEADER, sinceUs: undefined, untilUs: undefined, filter: undefined });
          assert.deepEqual(readByKind(blocks), rowsByKind(groups));
        },
      ),
      { numRuns: 200 },
    ));

  it('says through which time it is complete', async () => {
    const { blocks } = await readBack(await recorded([[], []]));
    assert.deepEqual(
      blocks.map((block) => block.throughUs),
      [1, 2, undefined],
    );
  });
});

describe('a recording of which a part is missing or changed', () => {
  let groups: AnyRow[][];
  let whole: Buffer;
  before(async () => {
    groups = fc.sample(fc.array(generatedRow, { minLength: 4, maxLength: 4 }), { numRuns: 3, seed: 7 });
    whole = await recorded(groups);
  });

  it('is read up to the last whole frame, wherever it is cut', async () => {
    const all = (await readBack(whole)).blocks;
    let most = 0;
    for (let length = 0; length < whole.length; length++) {
      const cut = await readBack(whole.subarray(0, length), 1 << 10).catch((error: { code?: string }) => error.code);
      if (typeof cut !== 'object') {
        assert.match(String(cut), length < MAGIC.length ? /not-a-recording/ : /no-header/);
        continue;
      }
      assert.equal(cut.fault?.kind, 'truncated', `cut at ${length}`);
      assert.ok(cut.fault.offset <= length);
      assert.deepEqual(cut.blocks, all.slice(0, cut.blocks.length));
      assert.ok(cut.blocks.length >= most, 'more bytes give no less');
      most = cut.blocks.length;
    }
    assert.equal(most, groups.length);
  });

  it('never gives other rows than were written, whichever bit is flipped', async () => {
    const all = (await readBack(whole)).blocks;
    for (let at = 0; at < whole.length; at++) {
      const flipped = Buffer.from(whole);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
      const read = await readBack(flipped).catch((error: { code?: string }) => error.code);
      if (typeof read !== 'object') {
        assert.match(String(read), /not-a-recording|no-header/, `byte ${at}`);
        continue;
      }
      assert.deepEqual(read.blocks, all.slice(0, read.blocks.length), `byte ${at}`);
      assert.ok(read.fault !== undefined || read.blocks.length === all.length, `byte ${at}`);
    }
  });

  it('says so where bytes follow its end', async () => {
    const { fault, hasTail } = await readBack(Buffer.concat([whole, whole]));
    assert.deepEqual({ fault, hasTail }, { fault: undefined, hasTail: true });
  });

  it('is not taken as whole when a frame in its middle is missing', async () => {
    const frames = framesOf(whole);
    const without = Buffer.concat([MAGIC, ...frames.filter((_, index) => index !== 2)]);
    const { fault } = await readBack(without);
    assert.equal(fault?.kind, 'damaged');
    assert.match(fault.detail, /it had 4 frames, 3 are there/);
  });
});

describe('a file that a stranger made', () => {
  const begun = async (...frames: Uint8Array[]) =>
    Buffer.concat([(await recorded([])).subarray(0, -(framesOf(await recorded([])).at(-1)?.length ?? 0)), ...frames]);
  const varint = (value: number) => {
    const bytes: number[] = [];
    for (let rest = value; ; rest = Math.floor(rest / 128)) {
      bytes.push(rest >= 128 ? (rest % 128) | 128 : rest);
      if (rest < 128) return Buffer.from(bytes);
    }
  };

  it('is no recording without the magic', async () => {
    await assert.rejects(readBack(Buffer.from('PAR1PAR1PAR1')), { code: 'not-a-recording' });
    await assert.rejects(readBack(Buffer.alloc(0)), { code: 'not-a-recording' });
  });

  it('is refused where its format is another', async () => {
    const header = sstory.Block.encode({ header: { formatMajor: 2, sstory: '9.0' } }).finish();
    const bytes = Buffer.concat([MAGIC, await frameOf(header)]);
    await assert.rejects(readBack(bytes), { code: 'newer-recording', message: /has format 2\.0, this sstory reads 1/ });
  });

  it('takes no memory for a length that it only announces', async () => {
    for (const length of [2 ** 20 + 2_000, 2 ** 31, 2 ** 32 - 1, 2 ** 62]) {
      const { fault } = await readBack(await begun(varint(length), Buffer.alloc(100)));
      assert.equal(fault?.kind, 'damaged', String(length));
      assert.match(fault.detail, /is announced/);
    }
  });

  it('takes no memory for gzip that grows', async () => {
    const { gzipSync, crc32 } = await import('node:zlib');
    const payload = gzipSync(Buffer.alloc(64 << 20));
    const frame = sstory.Frame.encode({ payload, crc32: crc32(payload), compression: 1, size: 1_000 });
    const { fault } = await readBack(await begun(frame.ldelim().finish()));
    assert.match(String(fault?.detail), /cannot be decompressed/);
  });

  for (const [what, block] of Object.entries<sstory.Block.$Properties>({
    'family 5': { connections: [{ id: 1, family: 5, localAddr: '10.0.0.1', remoteAddr: '10.0.0.2' }] },
    'no IPv4 address': { connections: [{ id: 1, family: 4, openedUs: 1, localAddr: 'x', remoteAddr: '10.0.0.2' }] },
    'connection is 0': { connections: [{ id: 0, family: 4, openedUs: 1 }] },
    'at_us is 9223372036854775807': { samples: [{ connectionId: 1, atUs: 2 ** 62 }] },
    'kind of an event': { events: [{ atUs: 1, kind: '\u001b[2J' }] },
  })) {
    it(`is read up to a row with ${what}`, async () => {
      const { fault } = await readBack(await begun(await frameOf(sstory.Block.encode(block).finish())));
      assert.equal(fault?.kind, 'damaged');
      assert.match(fault.detail, /^no sstory writes such rows/);
    });
  }

  it('never makes the reader throw anything but what a person can act on', () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (payload) => {
        const { blocks } = await readBack(await begun(await frameOf(payload)));
        assert.ok(blocks.length <= 1);
      }),
    ));
});

/** The frames of a recording, each with its length before it. */
function framesOf(bytes: Buffer): Buffer[] {
  const frames: Buffer[] = [];
  for (let at = MAGIC.length; at < bytes.length; ) {
    let length = 0;
    let size = 0;
    for (; ; size++) {
      const byte = bytes[at + size] ?? 0;
      length += (byte & 127) * 2 ** (7 * size);
      if (byte < 128) break;
    }
    frames.push(bytes.subarray(at, at + size + 1 + length));
    at += size + 1 + length;
  }
  return frames;
}
