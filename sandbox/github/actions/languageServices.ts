import { createRequire } from "node:module";
import { runInThisContext } from "node:vm";
import { buildSync } from "esbuild";
import type * as Expressions from "@actions/expressions" with { "resolution-mode": "import" };
import type * as WorkflowParser from "@actions/workflow-parser" with { "resolution-mode": "import" };

type LanguageServices = typeof Expressions & typeof WorkflowParser;

let loaded: LanguageServices | undefined;

/**
 * GitHub's own parser of workflow files and evaluator of expressions. They are ES modules that import their schema
 * without saying that it is JSON, which only bundlers take.
 */
export function languageServices(): LanguageServices {
  loaded ??= load();
  return loaded;
}

function load(): LanguageServices {
  const { outputFiles } = buildSync({
    stdin: {
      contents: 'export * from "@actions/workflow-parser"; export * from "@actions/expressions";',
      resolveDir: __dirname,
    },
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    write: false,
    logLevel: "silent",
  });
  const module = { exports: {} };
  const parameters = "(module, exports, require)";
  const run = runInThisContext(`(function ${parameters} {${outputFiles[0]?.text ?? ""}\n})`) as (
    ...values: unknown[]
  ) => void;
  run(module, module.exports, createRequire(__filename));
  return module.exports as LanguageServices;
}
