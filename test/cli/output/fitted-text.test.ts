import { equal } from 'node:assert/strict';
import { fittedText } from '../../../src/cli/output/fitted-text.js';

describe('help in a narrow terminal', () => {
  const cases: readonly (readonly [what: string, text: string, fitted: string])[] = [
    ['keeps what fits', 'Usage: a   b\n\nOptions:\n  -a  all', 'Usage: a   b\n\nOptions:\n  -a  all'],
    ['fills paragraphs', 'one two three four five\nsix\n\nseven', 'one two three four\nfive six\n\nseven'],
    ['continues rows below their second column', '  -a  all of them, and more', '  -a  all of them,\n      and more'],
    ['continues other rows below their beginning', '  all of them, and more', '  all of them, and\n  more'],
    ['keeps words that are too long', 'see docs/a-very-long-name.md', 'see\ndocs/a-very-long-name.md'],
  ];
  for (const [what, text, fitted] of cases) {
    it(what, () => equal(fittedText(text, 20), fitted));
  }
});
