import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A provider plugin that the program's npm packages want. */
interface RequiredPackage {
  name: string;
  /** With a leading `v`. */
  version: string;
}

/** What package.json of a provider's SDK says about its plugin. */
interface PackageJson {
  name: string;
  version: string;
  pulumi?: { resource?: boolean; name?: string; version?: string };
}

/**
 * The provider plugins of all packages in the nearest `node_modules`: a package that has one says so in its
 * package.json (`pulumi.resource`).
 */
export function requiredPackages(programFolder: string): RequiredPackage[] {
  const modules = nearestModules(programFolder);
  return modules ? packageFolders(modules).flatMap(requiredPackage) : [];
}

function nearestModules(folder: string): string | undefined {
  const modules = join(folder, "node_modules");
  if (existsSync(modules)) return modules;
  return dirname(folder) === folder ? undefined : nearestModules(dirname(folder));
}

function packageFolders(modules: string): string[] {
  return readdirSync(modules).flatMap((name) => {
    const folder = join(modules, name);
    return name.startsWith("@") ? readdirSync(folder).map((scoped) => join(folder, scoped)) : [folder];
  });
}

function requiredPackage(folder: string): RequiredPackage[] {
  const file = join(folder, "package.json");
  if (!existsSync(file)) return [];
  const { name, version, pulumi } = JSON.parse(readFileSync(file, "utf8")) as PackageJson;
  if (!pulumi?.resource) return [];
  const plain = (pulumi.version ?? version).replace(/^v/, "");
  return [{ name: pulumi.name ?? name.replace(/^@pulumi\//, ""), version: `v${plain}` }];
}
