// Keeps what V8 compiled of each module, and with it the functions that a run has used: a Pulumi program loads a thousand
// modules, and a third of its start was compiling them again. From Node.js 22.1 on that is built in.
const Module = require("node:module");
const { basename, dirname, sep } = require("node:path");
const v8 = require("node:v8");
const { Script } = require("node:vm");
const { bundleMark, keep, keptFile, keptFolder, readKept } = require("./keptFiles.cjs");

const folder = keptFolder("compiled");
/** V8's version, its flags and the processor: what was compiled for others is not taken. */
const version = `${process.version} ${String(v8.cachedDataVersionTag())}`;
const [wrapperStart] = Module.wrapper;
/** Folders of tests come and go, and what was kept of theirs would stay. */
const checkout = dirname(__dirname) + sep;

const compile = Module.prototype._compile;
let toKeep = [];

if (Module.enableCompileCache) Module.enableCompileCache(folder);
else {
  Module.prototype._compile = compileRemembered;
  process.once("exit", keepAll);
  // Plugins and servers are ended by a signal.
  setTimeout(keepAll, 1_000).unref();
  // What is compiled with some flags is rejected where the same place in the program has others: @pulumi/pulumi sets one.
  const { setFlagsFromString } = v8;
  v8.setFlagsFromString = (flags) => {
    keepAll();
    setFlagsFromString(flags);
  };
}

function keepAll() {
  for (const [file, script] of toKeep) keep(file, script.createCachedData());
  toKeep = [];
}

/** What Node.js does with a CommonJS module's text, but for the compiling. */
function compileRemembered(content, filename, ...others) {
  const name = keptName(content, filename);
  const script = name === undefined ? undefined : scriptOf(content, name);
  // Other kinds of text (ES modules, a first line for the shell, mistakes) are Node's own matter.
  if (!script) return compile.call(this, content, filename, ...others);
  const run = script.runInThisContext();
  return run.call(this.exports, this.exports, requireOf(this), this, filename, dirname(filename));
}

/** What errors call the file; undefined where nothing is kept of it. */
function keptName(content, filename) {
  if (filename.startsWith(checkout)) return filename;
  return content.startsWith(bundleMark) ? basename(filename) : undefined;
}

function scriptOf(content, filename) {
  // V8 itself compares no more of the text than its length, and its errors name the file that it compiled first.
  const file = keptFile(folder, version, filename, content);
  const cachedData = readKept(file);
  const compiled = (data) => {
    const columnOffset = -wrapperStart.length;
    return new Script(Module.wrap(content), { filename, columnOffset, cachedData: data });
  };
  try {
    // An empty file stands for a text that nothing can be kept of; one that V8 rejects, for none at all.
    if (cachedData?.length === 0) return undefined;
    const kept = cachedData && compiled(cachedData);
    if (kept && !kept.cachedDataRejected) return kept;
    if (mayImportLater(content)) {
      keep(file, "");
      return undefined;
    }
    const script = kept ?? compiled();
    toKeep.push([file, script]);
    return script;
  } catch {
    return undefined;
  }
}

/** V8 forgets of what it is given back whose it is: `import()` fails there ("A dynamic import callback was not specified"). */
function mayImportLater(content) {
  if (content.startsWith(bundleMark) || !/\bimport\s*\(/.test(content)) return false;
  if (/\b(?:eval|Function)\s*\(/.test(content)) return true;
  try {
    // As text or as the name of a method that is as good as the other, as a call it is a mistake, which V8 finds by reading.
    new Script(Module.wrap(content.replace(/\bimport(?=\s*\()/g, "default")));
    return false;
  } catch {
    return true;
  }
}

function requireOf(module) {
  const require = (request) => module.require(request);
  require.resolve = (request, options) => Module._resolveFilename(request, module, false, options);
  require.resolve.paths = (request) => Module._resolveLookupPaths(request, module);
  require.main = process.mainModule;
  require.extensions = Module._extensions;
  require.cache = Module._cache;
  return require;
}
