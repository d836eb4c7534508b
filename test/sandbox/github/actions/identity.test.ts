import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { environmentTrustPolicy, pullRequestTrustPolicy } from "../../../../deployments/trust";
import { issuerPath } from "../../../../sandbox/github/routes/openIdConnect";
import { Access } from "../../../../sandbox/pulumiCloud/access";
import { Cloud } from "../../../../sandbox/pulumiCloud/cloud";
import { startPulumiCloud, type PulumiCloud } from "../../../../sandbox/pulumiCloud/server";
import { ensurePython } from "../../../../sandbox/toolchain/python";
import { localAws, type LocalAws } from "../../aws/localAws";
import { repositoryPath } from "../world";
import { startActionsWorld, type ActionsWorld, type JobSeen } from "./world";

const takeRole = (role: string) => `
      - uses: aws-actions/configure-aws-credentials@e6de054238d6b7531b4efff3b6587d9aade6a06c
        with: { role-to-assume: "${role}", aws-region: ap-northeast-1 }`;
const takeToken = (team: string) => `
      - uses: pulumi/auth-actions@141415910c3beb54e03b48e9057c204c97b956f2
        with:
          organization: example-org
          requested-token-type: urn:pulumi:token-type:access_token:team
          scope: team:${team}`;
const job = (permissions: string, steps: string) => `
    runs-on: ubuntu-24.04
    permissions: { ${permissions} }
    steps:${steps}`;

const workflow = `
name: Test
on: pull_request
permissions: {}
jobs:
  trusted:${job("id-token: write", takeRole("${{ vars.ROLE }}") + takeToken("previews"))}
      - env: { SECRET: "\${{ secrets.NOT_A_SECRET }}" }
        run: |
          echo "length of the secret: \${#SECRET}, and in clear: $SECRET"
          echo "key in clear: $AWS_SECRET_ACCESS_KEY"
          aws sts get-caller-identity --query Arn
          aws iam create-user --user-name somebody || echo "exit code $?"
          stack="$PULUMI_BACKEND_URL/api/stacks/example-org/eks-dryrun-runner"
          for call in "$stack/kr-production/preview" "$stack/kr-production/update" "$stack/ja-production/preview"; do
            curl --silent --request POST --header "Authorization: token $PULUMI_ACCESS_TOKEN" --write-out ' %{http_code}\\n' "$call"
          done
  nameless:${job("contents: read", takeRole("${{ vars.ROLE }}"))}
  environment:${job("id-token: write", takeRole("${{ vars.ENVIRONMENT_ROLE }}"))}
  other-team:${job("id-token: write", takeToken("administrators"))}
  misspelt:${job(
    "contents: read",
    `
      - uses: actions/setup-node@820762786026740c76f36085b0efc47a31fe5020
        with: { node-versoin: 22 }`,
  )}
`;

describe("the sandbox's GitHub: identities of jobs", function () {
  this.timeout(240_000);
  let world: ActionsWorld;
  let aws: LocalAws;
  let cloud: PulumiCloud;
  let jobs: Record<string, JobSeen>;
  const folder = mkdtempSync(join(tmpdir(), "pulumi-cloud-"));

  before(async () => {
    const { aws: awsCommand } = await ensurePython(() => undefined);
    world = await startActionsWorld(workflow, {
      hostedMachine: () => ({
        path: [dirname(awsCommand)],
        variables: { AWS_ENDPOINT_URL: aws.endpoint(), PULUMI_BACKEND_URL: cloud.url },
      }),
    });
    const issuers = {
      "token.actions.githubusercontent.com": `http://127.0.0.1:${world.service().port}${issuerPath}`,
    };
    aws = await localAws({ seeded: false, issuers });
    cloud = await startPulumiCloud(...pulumiCloud(folder, issuers));
    const variables = await makeRoles(world, aws);
    await world.store.change(({ repositories }) => {
      repositories["example-org/kubernetes-manifests"] = {
        variables,
        secrets: { NOT_A_SECRET: "canary-not-a-secret" },
      };
    });
    const sha = await world.commit("change", { "docs/change.md": "change" });
    await world.open("change");
    ({ jobs } = await world.ended(sha));
  });
  after(async () => {
    await world.end();
    await aws.stop();
    await cloud.stop();
    rmSync(folder, { recursive: true });
  });

  const log = (name: string) => world.log(jobs[name]!);

  it("take the role whose trust policy lets this pull request's repository in", async () => {
    const said = await log("trusted");
    expect(said).to.include("Assuming role with OIDC");
    expect(said).to.include("assumed-role/preview/GitHubActions");
  });

  it("may do with the role what its policy allows, and nothing else", async () => {
    expect(await log("trusted")).to.match(
      /AccessDenied\).*not authorized to perform: iam:CreateUser[^]*exit code 25[0-9]/,
    );
  });

  it("get a token of the team that may read stacks: it previews, and updates nothing", async () => {
    const said = await log("trusted");
    expect(said).to.match(/"updateID":"[\w-]+"\} 200/);
    expect(said).to.match(/Forbidden: you do not have permission to modify this stack"\} 403/);
    expect(said).to.match(/Not Found: Stack 'eks-dryrun-runner\/ja-production' not found"\} 404/);
  });

  it("are given secrets, which no log shows", async () => {
    const said = await log("trusted");
    expect(said).to.include("length of the secret: 19, and in clear: ***");
    expect(said).to.include("key in clear: ***");
    expect(said).to.not.include("canary-not-a-secret");
  });

  it("are none without the permission to have one", async () => {
    expect(jobs.nameless?.conclusion).to.equal("failure");
    expect(await log("nameless")).to.match(/Credentials could not be loaded/);
  });

  it("do not get the role of an environment that the job is not in", async () => {
    expect(jobs.environment?.conclusion).to.equal("failure");
    expect(await log("environment")).to.include("Not authorized to perform sts:AssumeRoleWithWebIdentity");
  });

  it("do not get a token of another team", async () => {
    expect(jobs["other-team"]?.conclusion).to.equal("failure");
    expect(await log("other-team")).to.include("no policy of the issuer lets this token in");
  });

  it("go with no action that is given an input which it does not have", async () => {
    expect(jobs.misspelt?.conclusion).to.equal("failure");
    expect(await log("misspelt")).to.include("Unexpected input(s) 'node-versoin'");
  });
});

/** An organisation with two stacks, of which the team may read one. */
function pulumiCloud(folder: string, issuers: Record<string, string>): [Cloud, Access] {
  const stacks = join(folder, ".pulumi", "stacks", "eks-dryrun-runner");
  mkdirSync(stacks, { recursive: true });
  for (const stack of ["kr-production", "ja-production"])
    writeFileSync(join(stacks, `${stack}.json`), JSON.stringify({ version: 3, checkpoint: { latest: {} } }));
  const access = new Access(folder, "example-org", "sandbox-pulumi-token", issuers);
  access.grant("previews", "read", ["eks-dryrun-runner/kr-production"]);
  access.register("token.actions.githubusercontent.com", [
    {
      decision: "allow",
      tokenType: "team",
      teamName: "previews",
      rules: { sub: "repo:example-org@*/kubernetes-manifests@*:pull_request" },
    },
  ]);
  return [new Cloud(folder, "example-org", folder), access];
}

/** @returns the variables that name them */
async function makeRoles(world: ActionsWorld, aws: LocalAws): Promise<Record<string, string>> {
  const { json } = await world.ask<{ id: number; owner: { id: number } }>("GET", repositoryPath);
  const repository = {
    fullName: "example-org/kubernetes-manifests",
    id: String(json.id),
    ownerId: String(json.owner.id),
  };
  const { iam } = aws.clients();
  const { OpenIDConnectProviderArn: provider = "" } = await iam.send(
    new CreateOpenIDConnectProviderCommand({
      Url: "https://token.actions.githubusercontent.com",
      ClientIDList: ["sts.amazonaws.com"],
      ThumbprintList: ["0".repeat(40)],
    }),
  );
  const make = async (RoleName: string, trust: object) => {
    const AssumeRolePolicyDocument = JSON.stringify(trust);
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    const statement = { Effect: "Allow", Action: "ec2:DescribeSubnets", Resource: "*" };
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "look", PolicyDocument }));
    return Role?.Arn ?? "";
  };
  return {
    ROLE: await make("preview", pullRequestTrustPolicy(provider, repository)),
    ENVIRONMENT_ROLE: await make("update", environmentTrustPolicy(provider, repository, "ja-production")),
  };
}
