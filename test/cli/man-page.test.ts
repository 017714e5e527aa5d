import { equal } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { MAN_PAGE, manPage } from '../../scripts/man.js';

describe('the man page', () => {
  it('says what --help says: npm run man makes it again', function () {
    this.timeout(60_000);
    equal(readFileSync(MAN_PAGE, 'utf8'), manPage());
  });
});
