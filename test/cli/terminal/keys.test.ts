import { deepEqual, equal } from 'node:assert/strict';
import { emitKeypressEvents, type Key } from 'node:readline';
import { PassThrough } from 'node:stream';
import { type Action, actionOf } from '../../../src/cli/terminal/keys.js';
import { Prompt } from '../../../src/cli/terminal/prompt.js';
import { TableScroll } from '../../../src/cli/terminal/table-scroll.js';

/** The keys in what a terminal sends. */
function keysOf(sent: string): Key[] {
  const input = new PassThrough();
  const keys: Key[] = [];
  emitKeypressEvents(input);
  input.on('keypress', (_text, key: Key) => keys.push(key));
  input.emit('data', Buffer.from(sent));
  return keys;
}

const actionsOf = (sent: string) => keysOf(sent).map(actionOf);

describe('the keys of a live table', () => {
  it('are those of below and atop', () => {
    const expected: [string, Action][] = [
      [' ', { kind: 'pause' }],
      ['.', { kind: 'step', direction: 1 }],
      [',', { kind: 'step', direction: -1 }],
      ['\x1b[C', { kind: 'step', direction: 1 }],
      ['\x1b[D', { kind: 'step', direction: -1 }],
      ['t', { kind: 'sample', direction: 1 }],
      ['T', { kind: 'sample', direction: -1 }],
      ['j', { kind: 'jump', direction: 1 }],
      ['J', { kind: 'jump', direction: -1 }],
      ['b', { kind: 'jump', direction: 1 }],
      ['r', { kind: 'start' }],
      ['+', { kind: 'speed', direction: 1 }],
      ['-', { kind: 'speed', direction: -1 }],
      ['[', { kind: 'speed', direction: -1 }],
      [']', { kind: 'speed', direction: 1 }],
      ['\x1b[A', { kind: 'scroll', by: 'row', direction: -1 }],
      ['\x1b[6~', { kind: 'scroll', by: 'page', direction: 1 }],
      ['?', { kind: 'help' }],
      ['q', { kind: 'quit' }],
      ['\x03', { kind: 'interrupt' }],
      ['\x1a', { kind: 'suspend' }],
      ['\x0c', { kind: 'redraw' }],
    ];
    for (const [sent, action] of expected) deepEqual(actionsOf(sent), [action], JSON.stringify(sent));
    deepEqual(actionsOf('x'), [undefined]);
  });

  it('make a line at the prompt', () => {
    const typed = (sent: string) => {
      const prompt = new Prompt('go to:');
      let last: ReturnType<Prompt['take']>;
      for (const key of keysOf(sent)) last = prompt.take(key);
      return { last, line: prompt.line };
    };
    deepEqual(typed('+1x\x7f0s\r').last, { answer: '+10s' });
    equal(typed('14:05').line, 'go to: 14:05_');
    equal(typed('14:05\x15q').line, 'go to: q_');
    equal(typed('14\x03').last, 'cancelled');
    equal(typed('\r').last, 'cancelled');
    equal(typed('\x1b[A\x01').line, 'go to: _');
  });

  it('scroll no further than there are rows', () => {
    const scroll = new TableScroll();
    const rows = Array.from({ length: 10 }, (_, index) => index);
    const press = (sent: string) => {
      for (const action of actionsOf(sent)) if (action !== undefined) scroll.act(action);
      return scroll.part(rows, 4);
    };
    deepEqual(scroll.part(rows, 4), { rows: [0, 1, 2, 3], firstRow: 0 });
    equal(press('\x1b[B').firstRow, 1);
    equal(press('\x1b[6~').firstRow, 4);
    equal(press('\x1b[6~').firstRow, 6);
    equal(press('\x1b[H').firstRow, 0);
    equal(press('\x1b[F').firstRow, 6);
    equal(press('o').firstRow, 0);
    equal(scroll.order, 'changed');
    const reveal = (index: number) => {
      scroll.reveal(index, 4);
      return scroll.part(rows, 4).firstRow;
    };
    deepEqual([7, 5, 4, 2, -1].map(reveal), [4, 4, 4, 2, 2]);
    equal(scroll.act({ kind: 'pause' }), false);
  });
});
