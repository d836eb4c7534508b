// Files that processes side by side keep for each other and for later ones, each under the hash of what it was made of.
const { createHash, randomBytes } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const { dirname, join } = require("node:path");

/** Where things of one kind are kept. */
exports.keptFolder = (kind) => join(dirname(__dirname), "node_modules", ".cache", kind);

/** The file's name for what was made of some texts. */
exports.keptFile = (folder, ...madeOf) => {
  const hash = createHash("sha256");
  for (const text of madeOf) hash.update(text).update("\0");
  return join(folder, hash.digest("hex"));
};

/** The content, or undefined where nothing is kept. */
exports.readKept = (file) => {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
};

/** No process may see half a file. */
exports.keep = (file, content) => {
  try {
    mkdirSync(dirname(file), { recursive: true });
    const temporary = `${file}.${randomBytes(4).toString("hex")}`;
    writeFileSync(temporary, content);
    renameSync(temporary, file);
  } catch {
    // A folder that cannot be written to costs time and nothing else.
  }
};

exports.bundleMark = "// A bundle of sandbox/engine/bundle.ts";
