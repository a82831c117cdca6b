import tseslint from "typescript-eslint";

const pure = [
  "numeric",
  "core",
  "data",
  "blocks",
  "learners",
  "attacks",
  "detectors",
  "repairs",
  "certificates",
  "metrics",
  "study",
  "report",
];

export default tseslint.config(
  { ignores: ["dist/", "node_modules/", "coverage/", "site/"] },
  ...tseslint.configs.recommended,
  {
    rules: {
      "@typescript-eslint/no-explicit-any": "off",
      "@typescript-eslint/no-unused-vars": "off",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "prefer-const": "error",
      eqeqeq: "error",
      "no-console": "error",
    },
  },
  {
    files: pure.map((layer) => `src/${layer}/**/*.ts`),
    ignores: ["**/*.test.ts"],
    rules: {
      "no-restricted-properties": [
        "error",
        { object: "Math", property: "random", message: "randomness is an argument: use an Rng" },
        { object: "Date", property: "now", message: "pure layers have no clock" },
      ],
      "no-restricted-globals": ["error", "process", "console", "performance", "setTimeout", "fetch", "document", "window"],
      "no-restricted-syntax": [
        "error",
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: "pure layers have no clock" },
        {
          selector:
            ":matches(ForStatement, WhileStatement, DoWhileStatement) > .body VariableDeclarator[id.type='ArrayPattern'][init.type='ArrayExpression']",
          message: "in a loop an array is made and taken apart each time (BPR: 2.65 times the time): one declaration for each name",
        },
      ],
    },
  },
  {
    files: ["src/**/*.ts"],
    // The terminal has one door, and one file that says what Node cannot: outside strings are made visible in the first.
    ignores: ["**/*.test.ts", "src/cli/output.ts", "src/cli/main.ts", ...pure.map((layer) => `src/${layer}/**`)],
    rules: {
      "no-restricted-properties": [
        "error",
        { object: "process", property: "stdout", message: "print and say of src/cli/output.ts are the door to the terminal" },
        { object: "process", property: "stderr", message: "print and say of src/cli/output.ts are the door to the terminal" },
        { object: "process", property: "exit", message: "set process.exitCode, so that what was written arrives" },
      ],
      "no-restricted-imports": [
        "error",
        {
          paths: [
            { name: "node:process", message: "process is global; print and say are the door to the terminal" },
            "console",
            "node:console",
          ],
        },
      ],
    },
  },
  {
    files: ["ui/**/*.{ts,tsx}"],
    rules: {
      "no-restricted-properties": [
        "error",
        ...["innerHTML", "outerHTML", "insertAdjacentHTML", "dangerouslySetInnerHTML"].map((property) => ({
          property,
          message: "strings become text, never markup",
        })),
      ],
    },
  },
  { files: ["scripts/**", "test/**", "bench/**", "fuzz/**", "examples/**"], rules: { "no-console": "off" } },
);
