const { reporters } = require('mocha');

/** The message of an error on one line. */
function firstLine(error) {
  return String(error?.message ?? error).split('\n', 1)[0];
}

/** The spec reporter. At its very end, for programs to read: one plain line for each test that failed, and one of totals. */
module.exports = class SummaryReporter extends reporters.Spec {
  epilogue() {
    super.epilogue();
    const failed = this.failures.map((test) => `failed: ${test.fullTitle()}: ${firstLine(test.err)}\n`);
    const { passes, failures, pending } = this.stats;
    process.stdout.write(`${failed.join('')}${passes} passed, ${failures} failed, ${pending} skipped\n`);
  }
};
