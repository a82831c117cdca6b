import type { Reporter, TestModule } from "vitest/node";

/** Closes a run with one line that counts it: `N passed, N failed, N skipped`. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const module of modules) {
      let brokenFile = module.errors().length > 0;
      for (const test of module.children.allTests()) {
        const state = test.result().state;
        count[state]++;
        if (state === "failed") brokenFile = false;
      }
      if (brokenFile) count.failed++;
    }
    // After the default reporter has written its summary.
    process.once("exit", () =>
      process.stdout.write(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped + count.pending} skipped\n`),
    );
  }
}
