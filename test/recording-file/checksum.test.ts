import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { crc32, crc32ByTable } from '../../src/recording-file/checksum.js';

describe("a frame's checksum", () => {
  it('is the one of gzip, from both implementations', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1_000 }), (bytes) => {
        const kept = gzipSync(bytes).readUInt32LE(gzipSync(bytes).length - 8);
        assert.equal(crc32(bytes), kept);
        assert.equal(crc32ByTable(bytes), kept);
      }),
    ));
});
