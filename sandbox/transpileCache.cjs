// Keeps what ts-node made of each TypeScript file: a Pulumi program, the sandbox's servers and the tests start many times
// between two changes, and a third of each start was the same work again. Loaded by `node --require`; every process that
// such a one starts loads it too.
const { createHash, randomBytes } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { basename, dirname, join } = require("node:path");

const folder = join(dirname(__dirname), "node_modules", ".cache", "transpiled");

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
      const what = JSON.stringify([
        made,
        { ...about, fileName: basename(about.fileName) },
        packageType,
        code,
      ]);
      const file = join(folder, createHash("sha256").update(what).digest("hex"));
      const known = read(file);
      if (known !== undefined) return known;
      const output = transpile(code, about, packageType);
      // With a diagnostic it holds the compiler's own objects, and is about to be shown to somebody.
      if (output.diagnostics.length === 0) keep(file, output);
      return output;
    };
  };
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/** Processes side by side keep the same: none may see half a file. */
function keep(file, output) {
  try {
    mkdirSync(folder, { recursive: true });
    const temporary = `${file}.${randomBytes(4).toString("hex")}`;
    writeFileSync(temporary, JSON.stringify(output));
    renameSync(temporary, file);
  } catch {
    // A folder that cannot be written to costs time and nothing else.
  }
}
