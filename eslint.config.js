import js from "@eslint/js";

export default [
  js.configs.recommended,
  {
    files: ["helpers/**/*.js"],
    rules: { "max-len": ["error", 120], "no-undef": "off", "prefer-const": "error", eqeqeq: "error", "no-var": "error" },
  },
];
