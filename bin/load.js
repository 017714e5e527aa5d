// Loads a file of dist/run, with the code that V8 compiled from it when it was built (scripts/code-caches.cjs).
'use strict';
const { readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { dirname } = require('node:path');
const { Script } = require('node:vm');

/** The length of the last line of a file of dist/run, which its code begins with: the hash of the rest. V8 itself compares lengths. */
const KEY_LENGTH = 64;

/** The compiled code of a file; undefined where there is none, or that of another version of the file. */
function cachedCode(file, text) {
  try {
    const code = readFileSync(`${file}.code`);
    return code.toString('latin1', 0, KEY_LENGTH) === text.slice(-KEY_LENGTH) ? code.subarray(KEY_LENGTH) : undefined;
  } catch {
    return undefined;
  }
}

/** Runs the file. Code of another Node is rejected by V8, which compiles the text then. Returns the script, and the key of its text. */
function load(file) {
  const text = readFileSync(file, 'utf8');
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${text}\n})`, {
    filename: file,
    cachedData: cachedCode(file, text),
  });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file));
  return { script, key: text.slice(-KEY_LENGTH) };
}

module.exports = { load };
