import { equal } from 'node:assert/strict';
import { cellCount, cutStyledToCells, cutToCells, padToCells } from '../../src/view/terminal-cells.js';

describe('cells of a terminal', () => {
  const texts: readonly (readonly [string, number])[] = [
    ['', 0],
    ['LISTEN', 6],
    ['\n\t cubic', 8],
    ['größe', 5],
    ['e\u0301', 1],
    ['日本語', 6],
    ['서버', 4],
    ['Ａ', 2],
    ['ｱ', 1],
    ['🚀', 2],
    ['⎇', 1],
    ['█▁', 2],
  ];
  for (const [text, cells] of texts) {
    it(`${JSON.stringify(text)} takes ${cells}`, () => equal(cellCount(text), cells));
  }

  it('are filled up', () => equal(padToCells('日本', 6), '日本  '));
  it('are not filled up where the text is longer', () => equal(padToCells('日本', 3), '日本'));
  it('are cut before a character that does not fit', () => {
    equal(cutToCells('日本語', 5), '日本');
    equal(cutToCells('abcdef', 5), 'abcde');
    equal(cutToCells('e\u0301e\u0301', 1), 'e\u0301');
  });

  it('cuts styled text by what is seen, and ends its styles', () => {
    equal(cutStyledToCells('a\x1b[32mbcd\x1b[0mef', 4, '>'), 'a\x1b[32mbc\x1b[0m>');
    equal(cutStyledToCells('\x1b[1mab\x1b[0m', 9, '>'), '\x1b[1mab\x1b[0m');
    equal(cutStyledToCells('\x1b[1mab\x1b[0m', 2, '>'), '\x1b[1mab\x1b[0m');
  });
});
