import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    // Many tests run the command line on all cores, several at once.
    testTimeout: 180_000,
    maxWorkers: availableParallelism(),
    reporters: ["default", "./test/count-reporter.ts"],
  },
});
