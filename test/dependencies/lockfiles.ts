import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(__dirname, "..", "..");

/** A file of the repository. */
export const textOf = (path: string): string => readFileSync(join(root, path), "utf8");
const jsonOf = (path: string): unknown => JSON.parse(textOf(path));

/** A package.json. */
export interface PackageJson {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  scripts?: Record<string, string>;
}

/** A package in a package-lock.json. */
export interface LockedPackage {
  version: string;
  integrity?: string;
  resolved?: string;
  link?: boolean;
  hasInstallScript?: boolean;
  license?: string;
  /** Ranges of what it needs itself. */
  dependencies?: Record<string, string>;
}

/** The folders with an npm lockfile: the repository, and what the sandbox takes kubectl from. */
export const npmFolders = [".", "sandbox/toolchain/kubectl"];

export const packageJson = (folder: string) => jsonOf(join(folder, "package.json")) as PackageJson;

/** The packages of a lockfile by their path in node_modules. */
export function lockedPackages(folder: string): [path: string, locked: LockedPackage][] {
  const { packages } = jsonOf(join(folder, "package-lock.json")) as {
    packages: Record<string, LockedPackage>;
  };
  return Object.entries(packages).filter(([path]) => path !== "");
}

/** What a package of npm is called that lies at a path in node_modules. */
export const nameAt = (path: string): string => path.split("node_modules/").at(-1) ?? "";

/** A module in a go.mod, and whether another one alone needs it. */
export interface GoModule {
  path: string;
  version: string;
  indirect: boolean;
}

/** The folders with Go modules of the sandbox's tools. */
export const goFolders = ["act", "actionlint", "kubernetes", "pulumi"].map(
  (name) => `sandbox/toolchain/${name}`,
);

/** What a go.mod requires and downloads, with what replaces it where something does. */
export function goModules(folder: string): GoModule[] {
  const text = textOf(join(folder, "go.mod"));
  const standIns = [...text.matchAll(/^replace (\S+) => \.\/\w+$/gm)].map(([, path]) => path);
  const replacements = new Map(
    [...text.matchAll(/^(?:replace |\t)(\S+) => (\S+) (\S+)$/gm)].map(
      ([, from = "", to = "", version = ""]) => [from, { path: to, version }],
    ),
  );
  return [...text.matchAll(/^(?:require |\t)(\S+) (v\S+)( \/\/ indirect)?$/gm)]
    .filter(([, path]) => !standIns.includes(path))
    .map(([, path = "", version = "", indirect]) => ({
      path,
      version,
      ...replacements.get(path),
      indirect: indirect !== undefined,
    }));
}

/** The modules of which the sandbox builds commands: `package` in sandbox/toolchain/*.ts. */
export function builtModules(): string[] {
  const built = ["act", "actionlint", "kubernetes", "pulumi"].flatMap((name) =>
    [...textOf(`sandbox/toolchain/${name}.ts`).matchAll(/^ +package: "([^"]+)"/gm)].map(
      ([, path = ""]) => path,
    ),
  );
  const modules = goFolders.flatMap(goModules).map(({ path }) => path);
  return built.map((path) => {
    const providers = modules.filter((module) => path === module || path.startsWith(`${module}/`));
    return providers.sort((one, other) => other.length - one.length)[0] ?? path;
  });
}

/** A line of a file that names Python packages. */
export interface PythonRequirement {
  name: string;
  line: string;
  version?: string;
  hashes: number;
}

/** The packages of all Python environments: those that are wanted (`in`), or those of the locks (`txt`). */
export function pythonRequirements(kind: "in" | "txt"): PythonRequirement[] {
  const texts = ["requirements", "zizmor"].map((name) => textOf(`sandbox/toolchain/python/${name}.${kind}`));
  return texts
    .join("\n")
    .replaceAll("\\\n", " ")
    .split("\n")
    .filter((line) => /^[^\s#]/.test(line))
    .map((line) => {
      const [, name = "", version] = /^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)/.exec(line) ?? [];
      const hashes = [...line.matchAll(/--hash=sha256:[0-9a-f]{64}(?!\S)/g)].length;
      return { name, line, ...(version === undefined ? {} : { version }), hashes };
    });
}
