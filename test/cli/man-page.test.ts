import { equal } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMPLETIONS, completions } from '../../scripts/completions/main.js';
import { MAN_PAGE, manPage } from '../../scripts/man.js';

describe('the man page', () => {
  it('says what --help says: npm run man makes it again', function () {
    this.timeout(60_000);
    equal(readFileSync(MAN_PAGE, 'utf8'), manPage());
  });

  it('and the completions of the shells offer what --help lists', function () {
    this.timeout(60_000);
    for (const [name, text] of Object.entries(completions()))
      equal(readFileSync(join(COMPLETIONS, name), 'utf8'), text);
  });
});
