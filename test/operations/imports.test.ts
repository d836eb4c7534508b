import { expect } from "chai";
import { describe, it } from "mocha";
import { build } from "esbuild";
import { checkout } from "../../sandbox/folder";

// Pulumi's SDK takes a second to load: longer than all else that such a command does before its first request.
describe("a command that looks at what is there", () => {
  for (const command of ["doctor", "guard", "leftovers"])
    it(`loads nothing of Pulumi's to do it: ${command}`, async () => {
      const { metafile } = await build({
        absWorkingDir: checkout,
        entryPoints: [`operations/${command}.ts`],
        bundle: true,
        packages: "external",
        platform: "node",
        write: false,
        outfile: "bundle.js",
        metafile: true,
      });
      const packages = Object.values(metafile.outputs).flatMap(({ imports }) =>
        imports.map(({ path }) => path),
      );
      expect(packages).to.include("commander");
      expect(packages.filter((path) => path.startsWith("@pulumi/"))).to.deep.equal([]);
    });
});
