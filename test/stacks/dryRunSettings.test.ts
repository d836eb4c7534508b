import { expect } from "chai";
import { describe, it } from "mocha";
import { argumentsFromInputs, readOptions, type Options } from "../../dryrun/options";
import { own, up, workflowOf } from "./up";

interface Job {
  steps: { uses?: string; with?: Record<string, string> }[];
}

const checksum = "0123456789abcdef".repeat(4);
const config = {
  [own("gateOverrides")]: '{"no-rights":"passes","secret":"fails"}',
  [own("serverSideFieldManager")]: "argocd-controller",
  [own("allowedRemotePrefixes")]: '["https://github.com/example-org/","https://example.net/bases/"]',
  [own("notSecretNames")]: '["TOKEN_BUCKET_*","publicKeyPassword"]',
  [own("kubectlVersions")]: `{"v1.36.1":"${checksum}"}`,
};

/** The options with which the action of each region's job runs, read as the action reads its inputs. */
async function optionsOfJobs(changed: Record<string, string>): Promise<Record<string, Options | undefined>> {
  const { jobs } = workflowOf(await up("ja-production", { config: changed }));
  const dryRuns = Object.entries(jobs as Record<string, Job>).filter(([id]) => id.startsWith("dryrun-"));
  return Object.fromEntries(
    dryRuns.map(([id, { steps }]) => {
      const inputs = steps.find(({ uses }) => uses === "./.github/actions/k8s_dryrun")?.with ?? {};
      const given = { ...inputs, "eks-version-label": "1_35" };
      const environment = Object.entries(given).map(([name, value]) => [
        `INPUT_${name.toUpperCase()}`,
        value,
      ]);
      return [id, readOptions(argumentsFromInputs(Object.fromEntries(environment) as NodeJS.ProcessEnv))];
    }),
  );
}

describe("the settings of the dry runs", () => {
  it("reach the action of every region", async () => {
    const options = await optionsOfJobs(config);
    expect(Object.keys(options)).to.have.members([
      "dryrun-ja-production",
      "dryrun-in-production",
      "dryrun-kr-production",
    ]);
    for (const [id, ofJob] of Object.entries(options)) {
      expect(ofJob, id).to.deep.include({
        overrides: { "no-rights": "passes", secret: "fails" },
        mode: { kind: "server-side", fieldManager: "argocd-controller" },
        allowedRemotePrefixes: ["https://github.com/example-org/", "https://example.net/bases/"],
        notSecret: ["TOKEN_BUCKET_*", "publicKeyPassword"],
        kubectlVersions: [{ version: "v1.36.1", sha256: checksum }],
      });
    }
  });

  it("that are left out leave the action's own defaults", async () => {
    for (const ofJob of Object.values(await optionsOfJobs({}))) {
      expect(ofJob).to.deep.include({
        overrides: {},
        mode: { kind: "client-side" },
        allowedRemotePrefixes: [],
        notSecret: [],
        kubectlVersions: [],
      });
    }
  });
});
