import { deepEqual, equal } from 'node:assert/strict';
import { SstoryError } from '../../src/model/error.js';
import { markedPlace } from '../../src/model/marked-place.js';
import { jsonText, printable, printableLines } from '../../src/model/printable.js';
import { ALL_HOSTILE, HOSTILE_TEXTS, hiddenIn } from '../lab/hostile-texts.js';

describe('printable text', () => {
  for (const { raw, text } of HOSTILE_TEXTS) {
    it(`shows ${JSON.stringify(raw)} as ${text}, and stays so`, () => {
      equal(printable(raw), text);
      equal(printable(text), text);
      equal(hiddenIn(text), '');
    });
  }

  it('has no hidden character of Unicode', () => {
    for (let code = 0; code <= 0x10ffff; code++) {
      const char = String.fromCodePoint(code);
      const shown = printable(char);
      const isHidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u.test(char);
      if (isHidden !== /^\\[xu]/.test(shown)) equal(shown, char, code.toString(16));
    }
  });

  it('keeps the line feeds of the program where they are its own', () => {
    equal(printableLines('a\x1b\nb\u2028c\n'), 'a\\x1b\nb\\u2028c\n');
  });
});

describe('JSON', () => {
  it('parses to the same value, and has hidden characters neither in values nor in keys', () => {
    const value = {
      texts: HOSTILE_TEXTS.map(({ raw }) => raw),
      [ALL_HOSTILE]: { a: -5, b: null, c: '\0\ud800', d: '\\\u202e' },
    };
    const json = jsonText(value);
    equal(hiddenIn(json), '');
    deepEqual(JSON.parse(json), value);
  });
});

describe('an error', () => {
  it('has one line for its message and one for its hint, whatever they quote', () => {
    const { lines } = new SstoryError('a', `no database at ${ALL_HOSTILE}`, { hint: `make ${ALL_HOSTILE}` });
    equal(lines.length, 2);
    equal(hiddenIn(lines.join('')), '');
  });

  it('marks its place under the text as it is shown', () => {
    deepEqual(markedPlace('dst \x1bab \u202e', 4, 7), ['dst \\x1bab \\u202e', '    ^^^^^^']);
    deepEqual(markedPlace('\x1b dst', 5, 5), ['\\x1b dst', '        ^']);
    deepEqual(markedPlace('dst', 4, 3), ['dst', '    ^']);
  });
});
