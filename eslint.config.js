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
  { ignores: ["dist/", "node_modules/", "coverage/"] },
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
      ],
    },
  },
  { files: ["scripts/**", "test/**", "bench/**", "fuzz/**", "examples/**"], rules: { "no-console": "off" } },
);
