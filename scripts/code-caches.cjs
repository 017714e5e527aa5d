// Has V8 compile the files of dist/run, and keeps the code beside them: bin/load.js takes it, and a command starts 15 ms earlier.
//
//   NODE scripts/code-caches.cjs [DIRECTORY]
//
// The code suits the Node that runs this. DIRECTORY: that of bin and dist, by default the project's.
'use strict';
const { execFileSync } = require('node:child_process');
const { readdirSync, renameSync, writeFileSync } = require('node:fs');
const { basename, join, resolve } = require('node:path');

const [first, second] = process.argv.slice(2);
if (first === '--one') compile(resolve(second));
else compileAll(resolve(first ?? join(__dirname, '..')));

function compileAll(root) {
  const directory = join(root, 'dist/run');
  for (const name of readdirSync(directory).filter((each) => each.endsWith('.cjs')))
    execFileSync(process.execPath, [__filename, '--one', join(directory, name)], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
}

/** Prints the help of the command: the code of functions that did not run is not kept, and these are what all calls need. */
function compile(file) {
  const command = basename(file, '.cjs');
  process.argv = [process.execPath, command, ...(command === 'sstory' ? [] : [command]), '--help'];
  const { script, key } = require(join(file, '../../../bin/load.js')).load(file);
  process.on('exit', () => {
    const unfinished = `${file}.code.${process.pid}`;
    writeFileSync(unfinished, Buffer.concat([Buffer.from(key, 'latin1'), script.createCachedData()]));
    renameSync(unfinished, `${file}.code`);
    process.exitCode = 0;
  });
}
