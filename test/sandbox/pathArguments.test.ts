import { expect } from "chai";
import { describe, it } from "mocha";
import { withAbsolutePaths } from "../../sandbox/engine/pathArguments";

describe("paths in the arguments of the sandbox's pulumi", () => {
  const seen = (line: string) => withAbsolutePaths(line.split(" "), "/home/infrastructure").join(" ");

  for (const [given, expected] of [
    ["preview --policy-pack policy", "preview --policy-pack /home/infrastructure/policy"],
    ["preview --policy-pack=./policy", "preview --policy-pack=/home/infrastructure/policy"],
    ["up --policy-pack a,../b", "up --policy-pack /home/infrastructure/a,/home/b"],
    ["up --policy-pack /a", "up --policy-pack /a"],
    ["up --policy-pack-config c.json", "up --policy-pack-config /home/infrastructure/c.json"],
    ["preview --save-plan plan.json", "preview --save-plan /home/infrastructure/plan.json"],
    ["stack export --file state.json", "stack export --file /home/infrastructure/state.json"],
    ["import -f all.json", "import -f /home/infrastructure/all.json"],
    [
      "import --file=all.json -o code.ts",
      "import --file=/home/infrastructure/all.json -o /home/infrastructure/code.ts",
    ],
  ] as const) {
    it(`are those of the folder one is in: ${given}`, () => {
      expect(seen(given)).to.equal(expected);
    });
  }

  for (const given of [
    // --skip-preview, and --follow.
    "up -f -s dev",
    "logs -f",
    "stack import -s dev",
    "config set --path tags.team policy",
    // A stack file, of which the sandbox has a copy.
    "preview --config-file Pulumi.dev.yaml",
    "config set who -- --file x",
  ]) {
    it(`are not looked for in ${given}`, () => {
      expect(seen(given)).to.equal(given);
    });
  }
});
