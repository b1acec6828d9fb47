import Mocha from 'mocha';

const { Base, Spec } = Mocha.reporters;
const { EVENT_RUN_END, EVENT_TEST_PENDING, EVENT_TEST_RETRY } = Mocha.Runner.constants;

/**
 * Mocha's spec output; then what was skipped and why, what was tried again, the failures in full, and alone on the very
 * last line `N passed, N failed` (`, N skipped`), which is what scripts read.
 */
export default class Reporter extends Base {
  /**
   * @param {Mocha.Runner} runner
   * @param {Mocha.MochaOptions} options
   */
  constructor(runner, options) {
    super(runner, options);
    const spec = new Spec(runner, options);
    // Spec ends with a summary of its own, which would come before ours.
    spec.epilogue = () => {};

    /** @type {Map<string, number>} */
    const skipped = new Map();
    runner.on(EVENT_TEST_PENDING, (test) => {
      const suite = test.parent?.fullTitle() || test.title;
      skipped.set(suite, (skipped.get(suite) ?? 0) + 1);
    });
    /** @type {[title: string, error: Error][]} */
    const again = [];
    runner.on(EVENT_TEST_RETRY, (test, error) => again.push([test.fullTitle(), error]));
    runner.once(EVENT_RUN_END, () => {
      if (skipped.size > 0) Base.consoleLog('Skipped:');
      for (const [suite, count] of skipped) Base.consoleLog('  %d in %s', count, suite);
      if (this.failures.length + again.length === 0) return;
      // runAll.js looks for this line.
      Base.consoleLog('Failures:');
      // They are to be mended, too: what they test, or how they wait for it.
      for (const [title, { stack, message, cause }] of again) {
        Base.consoleLog('  Tried again: %s\n    %s', title, (stack ?? message).split('\n', 5).join('\n'));
        if (cause !== undefined) Base.consoleLog('    because of: %s', cause);
      }
      if (this.failures.length > 0) Base.list(this.failures);
    });
  }

  /**
   * Called by Mocha after everything else, the global teardown included.
   * @override
   * @param {number} failures
   * @param {(failures: number) => void} end
   */
  done(failures, end) {
    const { passes, pending } = this.stats;
    Base.consoleLog('%s', `${passes} passed, ${failures} failed${pending > 0 ? `, ${pending} skipped` : ''}`);
    end(failures);
  }
}
