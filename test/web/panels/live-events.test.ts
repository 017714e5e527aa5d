import { deepEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { EventText } from '../../../src/web/live/event-text.js';

describe('server-sent events', () => {
  it('are read by type and data, comments and ids are not', () => {
    const text = ': hello\n\nevent: tick\nid: 7\ndata: {"now_us":1}\n\ndata: a\ndata: b\n\n';
    deepEqual(new EventText().take(text), [
      { type: 'tick', data: '{"now_us":1}' },
      { type: 'message', data: 'a\nb' },
    ]);
  });

  it('may come in any pieces', () => {
    const events = [1, 2, 3].map((n) => ({ type: 'transition', data: JSON.stringify({ n, text: 'data: x' }) }));
    const whole = events.map(({ type, data }) => `event: ${type}\ndata: ${data}\n\n`).join('');
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 12 })), (lengths) => {
        const reader = new EventText();
        const read = [];
        let from = 0;
        for (const length of lengths) {
          read.push(...reader.take(whole.slice(from, from + length)));
          from += length;
        }
        deepEqual([...read, ...reader.take(whole.slice(from))], events);
      }),
    );
  });
});
