// Has V8 compile the files of dist/run, and keeps the code beside them: bin/load.js takes it, and a command starts 15 ms earlier.
//
//   NODE scripts/code-caches.cjs [DIRECTORY]
//
// The code suits the Node that runs this. DIRECTORY: that of bin and dist, by default the project's.
// Code of functions that did not run is not kept. So commands that people wait for answer a question, of a history of the sockets that this host
// has now; the others print their help, and so do those for which that fails.
'use strict';
const { execFileSync } = require('node:child_process');
const { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { basename, join, resolve } = require('node:path');

/** A question of few lines to the kernel. */
const LISTENERS = ['-tanei', 'state', 'listening'];
/** Questions to a history. */
const QUESTIONS = {
  count: [],
  explain: ['--all'],
  info: [],
  log: ['-n', '20'],
  names: [],
  timeline: ['-n', '5'],
  top: [],
};
const MOST_MS = 20_000;

const [first, second, ...words] = process.argv.slice(2);
if (first === '--one') compile(resolve(second), words);
else compileAll(resolve(first ?? join(__dirname, '..')));

function compileAll(root) {
  const directory = mkdtempSync(join(tmpdir(), 'sstory-code-'));
  try {
    const db = historyIn(directory, join(root, 'bin/sstory'));
    const files = readdirSync(join(root, 'dist/run')).filter((each) => each.endsWith('.cjs'));
    for (const file of files) compileOne(join(root, 'dist/run', file), questionOf(basename(file, '.cjs'), db));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function questionOf(command, db) {
  if (command === 'ss') return LISTENERS;
  const question = QUESTIONS[command];
  return question === undefined || db === undefined ? undefined : [...question, '--db', db];
}

/** A database with the sockets of this host; undefined where it cannot be made. */
function historyIn(directory, sstory) {
  const [dump, db] = [join(directory, 'dump'), join(directory, 'history.db')];
  try {
    run([sstory, 'ss', '-ta', '-D', dump, 'state', 'listening']);
    run([sstory, 'import', '--ss-dump', dump, '--db', db]);
    return db;
  } catch {
    return undefined;
  }
}

function compileOne(file, question) {
  const command = basename(file, '.cjs');
  const help = command === 'sstory' ? ['--help'] : [command, '--help'];
  try {
    if (question !== undefined) return run([__filename, '--one', file, command, ...question]);
  } catch {
    // Its help is always there.
  }
  run([__filename, '--one', file, ...help], 'inherit');
}

function run(argv, stderr = 'ignore') {
  execFileSync(process.execPath, argv, { stdio: ['ignore', 'ignore', stderr], timeout: MOST_MS });
}

/** Runs the command, and keeps the code that V8 has then. Fails, and keeps none, where the command does. */
function compile(file, argv) {
  process.argv = [process.execPath, basename(file, '.cjs'), ...argv];
  const { script, key } = require(join(file, '../../../bin/load.js')).load(file);
  process.on('exit', (code) => {
    if (code !== 0) return;
    const unfinished = `${file}.code.${process.pid}`;
    writeFileSync(unfinished, Buffer.concat([Buffer.from(key, 'latin1'), script.createCachedData()]));
    renameSync(unfinished, `${file}.code`);
  });
}
