import eslint from "@eslint/js";
import pulumi from "@pulumi/eslint-plugin";
import tseslint from "typescript-eslint";

/** Forbids imports by pattern in the given files, with the reason that a person sees. */
const boundary = (files, group, message, ignores = []) => ({
  files,
  ignores,
  rules: { "no-restricted-imports": ["error", { patterns: [{ group, message }] }] },
});

const product = ["**/stacks/*", "**/components/*", "**/committed/*", "**/dryrun/*", "**/operations/*"];
const pulumiPackages = ["@pulumi/*"];

export default tseslint.config(
  { ignores: ["node_modules/", ".sandbox/", "**/*.js", "**/*.cjs"] },
  eslint.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.recommendedTypeChecked, tseslint.configs.stylistic],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { "@pulumi": pulumi },
    rules: {
      "@pulumi/no-output-in-template-literal": "error",
      "@pulumi/no-output-instance-in-template-literal": "error",
      eqeqeq: "error",
      "@typescript-eslint/consistent-type-imports": "error",
    },
  },
  {
    files: ["**/*.mjs"],
    languageOptions: {
      globals: {
        process: "readonly",
        console: "readonly",
        URL: "readonly",
        Buffer: "readonly",
        fetch: "readonly",
      },
    },
  },
  boundary(["sandbox/**/*.ts"], product, "The sandbox imports nothing from the product: it judges it."),
  boundary(
    ["**/*.ts"],
    ["**/sandbox/**"],
    "Nothing outside sandbox/, test/ and bench/ knows that a sandbox exists.",
    ["sandbox/**", "test/**", "bench/**", "committed/**", "dryrun/**"],
  ),
  boundary(
    ["committed/**/*.ts", "dryrun/**/*.ts"],
    [...pulumiPackages, "**/sandbox/**", "**/components/*"],
    "committed/ and dryrun/ are plain functions: no Pulumi, no sandbox.",
  ),
  boundary(["policy/**/*.ts"], product, "The policy pack imports nothing from the product: it judges it."),
);
