import { deepEqual, equal } from 'node:assert/strict';
import fc from 'fast-check';
import type { Segment } from '../../src/names/ip-packet.js';
import { MessageStreams } from '../../src/names/message-streams.js';

function segment(sequence: number, payload: Uint8Array, more: Partial<Segment> = {}): Segment {
  return { kind: 'segment', flow: 'a', sequence: sequence >>> 0, begins: false, ends: false, payload, ...more };
}

function framed(messages: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(messages.flatMap((each) => [Buffer.from([each.length >> 8, each.length & 255]), each]));
}

/** The stream cut at these places, with the sequence number of each piece. */
function cut(stream: Uint8Array, places: readonly number[], first: number): Segment[] {
  const ends = [...new Set([...places.map((place) => place % (stream.length + 1)), 0, stream.length])].sort(
    (x, y) => x - y,
  );
  return ends.slice(1).map((end, i) => segment(first + (ends[i] ?? 0), stream.subarray(ends[i], end)));
}

const messages = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { minLength: 1, maxLength: 6 });
const plain = (all: readonly Uint8Array[]) => all.map((each) => Array.from(each));

describe('DNS messages over TCP', () => {
  it('come whole, however the stream is cut, and wherever its numbers begin', () => {
    fc.assert(
      fc.property(messages, fc.array(fc.nat()), fc.nat(0xffff_ffff), fc.boolean(), (sent, places, first, seenBegin) => {
        const streams = new MessageStreams();
        const begin = seenBegin ? [segment(first - 1, new Uint8Array(), { begins: true })] : [];
        const got = [...begin, ...cut(framed(sent), places, first)].flatMap((each) => streams.add(each));
        deepEqual(plain(got), plain(sent));
        equal(streams.takeLost(), 0);
      }),
    );
  });

  it('come once when segments are sent again', () => {
    fc.assert(
      fc.property(messages, fc.array(fc.nat()), fc.nat(0xffff_ffff), (sent, places, first) => {
        const streams = new MessageStreams();
        const got = cut(framed(sent), places, first).flatMap((each) => [...streams.add(each), ...streams.add(each)]);
        deepEqual(plain(got), plain(sent));
      }),
    );
  });

  it('are given up and counted where a segment is missing', () => {
    const streams = new MessageStreams();
    const stream = framed([Buffer.alloc(100, 1)]);
    deepEqual(streams.add(segment(1, stream.subarray(0, 50))), []);
    deepEqual(streams.add(segment(61, stream.subarray(60))), []);
    equal(streams.takeLost(), 1);
    equal(streams.takeLost(), 0);
  });

  it('are given up and counted where the connection ends in the middle', () => {
    const streams = new MessageStreams();
    streams.add(segment(1, framed([Buffer.alloc(100)]).subarray(0, 50), { ends: true }));
    equal(streams.takeLost(), 1);
  });

  it('use no more memory than allowed, whatever is sent', () => {
    const streams = new MessageStreams();
    const half = Buffer.concat([Buffer.from([0xff, 0xff]), Buffer.alloc(40_000)]);
    let lost = 0;
    for (let flow = 0; flow < 1_000; flow++) streams.add(segment(1, half, { flow: String(flow) }));
    lost += streams.takeLost();
    equal(lost >= 1_000 - 256, true, `${lost} of 1000`);
  });

  it('never make it throw', () => {
    const any = fc.record({
      kind: fc.constant('segment' as const),
      flow: fc.constantFrom('a', 'b'),
      sequence: fc.nat(0xffff_ffff),
      begins: fc.boolean(),
      ends: fc.boolean(),
      payload: fc.uint8Array({ maxLength: 50 }),
    });
    fc.assert(
      fc.property(fc.array(any), (segments) => {
        const streams = new MessageStreams();
        for (const each of segments) streams.add(each);
      }),
    );
  });
});
