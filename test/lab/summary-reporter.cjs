const { relative } = require('node:path');
const { reporters } = require('mocha');

/** The message of an error on one line. */
function firstLine(error) {
  return String(error?.message ?? error).split('\n', 1)[0];
}

/** Of a hook that ran in another process, mocha does not say it. */
function fileOf({ file }) {
  return file === undefined ? '?' : relative(process.cwd(), file);
}

/** The spec reporter. At its very end, for programs to read: one plain line for each test that failed, and one of totals. */
module.exports = class SummaryReporter extends reporters.Spec {
  epilogue() {
    super.epilogue();
    const line = (test) => `failed: ${fileOf(test)}: ${test.fullTitle()}: ${firstLine(test.err)}\n`;
    const failed = this.failures.map(line);
    const { passes, failures, pending } = this.stats;
    process.stdout.write(`${failed.join('')}${passes} passed, ${failures} failed, ${pending} skipped\n`);
  }
};
