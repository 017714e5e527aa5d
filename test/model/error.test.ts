import { equal } from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileTrouble, writeTrouble } from '../../src/model/error.js';

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('why a file cannot be used', () => {
  it('is said in words, without the call', () => {
    equal(fileTrouble(thrownBy(() => readFileSync('/nonexistent'))), 'no such file or directory');
    equal(fileTrouble(thrownBy(() => readFileSync('/etc/passwd/x'))), 'not a directory');
    equal(fileTrouble(thrownBy(() => readFileSync('/'))), 'it is a directory');
    equal(fileTrouble(new Error('damaged')), 'damaged');
  });

  it('is that the directory is missing where a file was to be made', () => {
    equal(writeTrouble(thrownBy(() => writeFileSync('/nonexistent/x', ''))), 'its directory does not exist');
    equal(writeTrouble(thrownBy(() => writeFileSync('/', ''))), 'it is a directory');
  });
});
