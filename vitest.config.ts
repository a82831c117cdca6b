import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "ui/**/*.test.ts", "test/**/*.test.ts"],
    // Many tests run the command line on all cores, several at once.
    testTimeout: 180_000,
    maxWorkers: availableParallelism(),
    // No test leaves anything behind that another could see, so that modules are loaded once for each worker.
    isolate: false,
    reporters: ["default", "./test/count-reporter.ts"],
  },
});
