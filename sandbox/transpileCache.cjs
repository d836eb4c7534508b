// Keeps what ts-node made of each TypeScript file: a Pulumi program, the sandbox's servers and the tests start many times
// between two changes, and a third of each start was the same work again. Loaded by `node --require`; every process that
// such a one starts loads it too, and with it what else makes a start shorter.
const Module = require("node:module");
const { basename } = require("node:path");
const { keep, keptFile, keptFolder, readKept } = require("./keptFiles.cjs");
require("./compileCache.cjs");
require("./pulumiStarts.cjs");

const folder = keptFolder("transpiled");

const option = `--require ${JSON.stringify(__filename)}`;
const options = process.env.NODE_OPTIONS ?? "";
if (!options.includes(option)) process.env.NODE_OPTIONS = `${options} ${option}`.trim();

const load = Module._load;
Module._load = function (request, ...others) {
  const loaded = load.call(this, request, ...others);
  if (!/(^|[/\\])ts-transpile-module$/.test(request)) return loaded;
  return { ...loaded, createTsTranspileModule: remembering(loaded.createTsTranspileModule) };
};

/** ts-node's function that makes a function that transpiles. */
function remembering(create) {
  return (ts, given) => {
    const transpile = create(ts, given);
    const made = JSON.stringify([ts.version, process.version, given.compilerOptions]);
    return (code, about, packageType) => {
      // By name alone: a copy of the program in another folder is the same. ts-node puts the path into the source map.
      const what = { ...about, fileName: basename(about.fileName) };
      const file = keptFile(folder, made, JSON.stringify([what, packageType]), code);
      const known = readKept(file);
      if (known !== undefined) return JSON.parse(known);
      const output = transpile(code, about, packageType);
      // With a diagnostic it holds the compiler's own objects, and is about to be shown to somebody.
      if (output.diagnostics.length === 0) keep(file, JSON.stringify(output));
      return output;
    };
  };
}
