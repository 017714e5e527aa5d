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

describe('a recording file', () => {
  it('returns every row unchanged and in order, however its bytes are split', () =>
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

  it('contains the time up to which it is complete', async () => {
    const { blocks } = await readBack(await recorded([[], []]));
    assert.deepEqual(
      blocks.map((block) => block.throughUs),
      [1, 2, undefined],
    );
  });
});

describe('a recording file of which a part is missing or changed', () => {
  let groups: AnyRow[][];
  let whole: Buffer;
  before(async () => {
    groups = fc.sample(fc.array(generatedRow, { minLength: 4, maxLength: 4 }), { numRuns: 3, seed: 7 });
    whole = await recorded(groups);
  });

  it('is read up to the last complete frame, wherever it is cut off', async () => {
    const all = (await readBack(whole)).blocks;
    let most = 0;
    for (let length = 0; length < whole.length; length++) {
      const cut = await readBack(whole.subarray(0, length), 1 << 10).catch((error: { code?: string }) => error.code);
      if (typeof cut !== 'object') {
        assert.match(String(cut), length < MAGIC.length ? /not-a-recording/ : /no-header/);
        continue;
      }
      assert.equal(cut.fault?.kind, 'truncated', `cut at ${length}`);
      assert.ok(cut.fault.offset <= length, `a fault at ${cut.fault.offset} of ${length} bytes`);
      assert.deepEqual(cut.blocks, all.slice(0, cut.blocks.length));
      assert.ok(cut.blocks.length >= most, `${cut.blocks.length} blocks, ${most} with fewer bytes`);
      most = cut.blocks.length;
    }
    assert.equal(most, groups.length);
  });

  it('never returns other rows than were written, whichever bit is flipped', async () => {
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

  it('reports bytes after its end', async () => {
    const { fault, hasTail } = await readBack(Buffer.concat([whole, whole]));
    assert.deepEqual({ fault, hasTail }, { fault: undefined, hasTail: true });
  });

  it('is damaged if a frame in its middle is missing', async () => {
    const frames = framesOf(whole);
    const without = Buffer.concat([MAGIC, ...frames.filter((_, index) => index !== 2)]);
    const { fault } = await readBack(without);
    assert.equal(fault?.kind, 'damaged');
    assert.match(fault.detail, /^4 frames expected, 3 found$/);
  });
});

describe('a file from an untrusted source', () => {
  const begun = async (...frames: Uint8Array[]) =>
    Buffer.concat([(await recorded([])).subarray(0, -(framesOf(await recorded([])).at(-1)?.length ?? 0)), ...frames]);
  const varint = (value: number) => {
    const bytes: number[] = [];
    for (let rest = value; ; rest = Math.floor(rest / 128)) {
      bytes.push(rest >= 128 ? (rest % 128) | 128 : rest);
      if (rest < 128) return Buffer.from(bytes);
    }
  };

  it('is rejected without the magic', async () => {
    await assert.rejects(readBack(Buffer.from('PAR1PAR1PAR1')), { code: 'not-a-recording' });
    await assert.rejects(readBack(Buffer.alloc(0)), { code: 'not-a-recording' });
  });

  it('is rejected if its format has another major version', async () => {
    const header = sstory.Block.encode({ header: { formatMajor: 2, sstory: '9.0' } }).finish();
    const bytes = Buffer.concat([MAGIC, await frameOf(header)]);
    await assert.rejects(readBack(bytes), { code: 'newer-recording', message: /has format 2\.0, this sstory reads 1/ });
  });

  it('does not use memory for a length that it only claims', async () => {
    for (const length of [2 ** 20 + 2_000, 2 ** 31, 2 ** 32 - 1, 2 ** 62]) {
      const { fault } = await readBack(await begun(varint(length), Buffer.alloc(100)));
      assert.equal(fault?.kind, 'damaged', String(length));
      assert.match(fault.detail, /^the length of a frame exceeds 1049600 bytes$/);
    }
  });

  it('does not use memory for gzip that inflates beyond the limit', async () => {
    const { gzipSync, crc32 } = await import('node:zlib');
    const payload = gzipSync(Buffer.alloc(64 << 20));
    const frame = sstory.Frame.encode({ payload, crc32: crc32(payload), compression: 1, size: 1_000 });
    const { fault } = await readBack(await begun(frame.ldelim().finish()));
    assert.match(String(fault?.detail), /^a payload cannot be decompressed/);
  });

  it('is damaged where a frame has no payload: the checksum of nothing is 0', async () => {
    const { fault, blocks } = await readBack(await begun(varint(2), Buffer.from([0x28, 1])));
    assert.deepEqual([fault?.kind, fault?.detail, blocks.length], ['damaged', 'a frame has no payload', 0]);
  });

  for (const [what, block] of Object.entries<sstory.Block.$Properties>({
    'family 5': { connections: [{ id: 1, family: 5, localAddr: '10.0.0.1', remoteAddr: '10.0.0.2' }] },
    'an invalid IPv4 address': {
      connections: [{ id: 1, family: 4, openedUs: 1, localAddr: 'x', remoteAddr: '10.0.0.2' }],
    },
    'a connection with id 0': { connections: [{ id: 0, family: 4, openedUs: 1 }] },
    'a time beyond a double': { samples: [{ connectionId: 1, atUs: 2 ** 62 }] },
    'an unknown kind of event': { events: [{ atUs: 1, kind: 'x' }] },
    'an unknown timer': { samples: [{ connectionId: 1, atUs: 1, timer: 'x' }] },
    'an unknown reason of a gap': { gaps: [{ fromUs: 1, toUs: 2, reason: 'x' }] },
    'an unknown scope of a gap': { gaps: [{ fromUs: 1, toUs: 2, reason: 'clock', scope: 'x' }] },
    'an unknown source of a name': { names: [{ name: 'a.test', address: '10.0.0.1', source: 'x' }] },
    'an unknown end of a name': { names: [{ name: 'a.test', address: '10.0.0.1', source: 'dns', ended: 'x' }] },
    'an unknown reason of a pruning': { prunings: [{ id: 1, reason: 'x' }] },
    'an unknown source of a run': { runs: [{ id: 1, source: 'x' }] },
  })) {
    it(`is read up to a row with ${what}`, async () => {
      const { fault } = await readBack(await begun(await frameOf(sstory.Block.encode(block).finish())));
      assert.equal(fault?.kind, 'damaged');
      assert.match(fault.detail, /^invalid block: /);
    });
  }

  it('does not bring control sequences into a message', async () => {
    const block = sstory.Block.encode({ events: [{ atUs: 1, kind: '\u001b[2J\u009b' }] }).finish();
    const { fault } = await readBack(await begun(await frameOf(block)));
    assert.equal(fault?.detail, 'invalid block: the kind of an event is "\\x1b[2J\\x9b"');
  });

  it('never makes the reader throw an unexpected error', () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (payload) => {
        const { blocks } = await readBack(await begun(await frameOf(payload)));
        assert.ok(blocks.length <= 1);
      }),
    ));
});

/** The frames of a file, each with its length before it. */
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
