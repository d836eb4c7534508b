import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { bundle } from "../../../committed/bundle";
import { workflowPath } from "../../../committed/paths";
import { pinnedActions } from "../../../committed/pins";
import { gateCheckName } from "../../../committed/gateJob";
import { dryRunFormAttacks } from "../dryRunForms";
import { guardAttacks } from "../guardItself";
import { identityAttacks } from "../identities";
import { breach } from "../judge";
import { prepareTargets } from "../attackedCluster";
import { Client } from "../client";
import { readAttacks } from "../reads";
import { changedKeys } from "../stored";
import { subresourceAttacks } from "../subresources";
import { attackTable } from "../table";
import { unusualAttacks } from "../unusual";
import { writeAttacks } from "../writes";
import { accepted, type Attack, held, must } from "./attack";
import { allObjects } from "./cluster";
import type { RunnerResults } from "./onTheRunner";
import type { Ended, Opened } from "./repository";
import { askGitHub, labelOf, workflowText } from "./workflowText";
import type { AttackedWorld } from "./world";

/** A pull request whose workflow is wholly its author's, and what came of it. */
interface ChangedWorkflow {
  opened: Opened;
  ended: Ended;
  results: RunnerResults;
  secretValues: string[];
  /** Objects of the cluster that are not as they were. */
  changed: string[];
}

const forgedComment = "Dry run: no change, says the author of this pull request";

/** Everything that a changed workflow can do on the runner and beside it, in one run. */
function changedWorkflow(world: AttackedWorld): Promise<ChangedWorkflow> {
  return world.once("the changed workflow", async () => {
    const { repository, sandbox } = world;
    const home = world.region("ja-production").deployment;
    const other = world.region("kr-production").deployment;
    const secret = randomBytes(24).toString("hex");
    const administrator = await Client.of(await sandbox.adminKubeconfig(home.region));
    await prepareTargets(administrator, secret);
    const before = await allObjects(administrator);
    const results = join(sandbox.folder.root, "runner-results.json");
    const text = workflowText("K8s Dryrun", {
      attack: {
        labels: [labelOf(home.runnerProjectName)],
        permissions: { contents: "read" },
        steps: [
          { uses: `${pinnedActions.checkout.action}@${pinnedActions.checkout.commit}` },
          {
            run: "node hostile.cjs",
            env: {
              RESULTS: results,
              CLUSTER: home.clusterName,
              REGION: home.region,
              OTHER_CLUSTER: other.clusterName,
              OTHER_REGION: other.region,
              ROLE: home.runnerRoleArn.split("/").at(-1) ?? "",
              SECURITY_GROUP: home.runnerSecurityGroupId,
            },
          },
        ],
      },
      gate: { name: gateCheckName, labels: "ubuntu-24.04", steps: [{ run: "true" }] },
      comment: {
        labels: "ubuntu-24.04",
        permissions: { "pull-requests": "write" },
        steps: [
          askGitHub("POST", "/issues/${{ github.event.pull_request.number }}/comments", {
            body: forgedComment,
          }),
        ],
      },
    });
    const opened = await repository.open("changed-workflow", {
      [workflowPath]: text,
      "hostile.cjs": bundle("test/attacks/pullRequests/onTheRunner.ts"),
    });
    const ended = await repository.ended(opened.sha);
    const changed = changedKeys(before, await allObjects(administrator));
    administrator.close();
    return {
      opened,
      ended,
      results: JSON.parse(await readFile(results, "utf8")) as RunnerResults,
      secretValues: [secret, Buffer.from(secret).toString("base64")],
      changed,
    };
  });
}

/** The parts of the table of requests, in its order. */
const requestFamilies: [name: string, tries: string, size: number][] = [
  [
    "write-for-real",
    "create, change and delete objects of every kind, for real and as dry runs",
    writeAttacks().length,
  ],
  [
    "write-by-a-form-of-dry-run",
    "write with every odd form of the mark for dry runs",
    dryRunFormAttacks().length,
  ],
  [
    "write-to-a-subresource",
    "tokens, exec, eviction, scale, status and every other subresource",
    subresourceAttacks().length,
  ],
  [
    "read-secrets-and-logs",
    "read what admission never sees: Secrets, logs, nodes, addresses",
    readAttacks().length,
  ],
  ["be-somebody-else", "impersonate, bind roles, ask for certificates and tokens", identityAttacks().length],
  ["take-the-guard-away", "change the policy, its binding and the roles", guardAttacks().length],
  ["write-in-unusual-ways", "other versions, content types, methods and addresses", unusualAttacks().length],
];

const requestAttacks: Attack[] = requestFamilies.map(([name, tries, size], index) => ({
  name,
  attacker: "stolen credential",
  tries: `from the runner, with its token: ${tries}`,
  verdict: held("the guard: its narrow role, and its policy for dry runs alone (npm run attack:guard)"),
  play: async (world) => {
    const { results, secretValues, changed } = await changedWorkflow(world);
    const start = requestFamilies.slice(0, index).reduce((sum, [, , before]) => sum + before, 0);
    const rows = attackTable()
      .slice(start, start + size)
      .map((attack, at) => ({ attack, answer: results.requests[start + at]! }));
    for (const { attack, answer } of rows) {
      const what = `${attack.method} ${attack.path}`;
      must(answer.status > 0, `${what} got no answer: ${answer.body}`);
      const got = breach(answer, attack.controls.shipped === "allowed dry run", secretValues);
      must(got === undefined, `${what} ${got ?? ""}`);
    }
    must(changed.length === 0, `changed in the cluster: ${changed.join(", ")}`);
    const refused = rows.filter(({ answer }) => answer.status >= 300).length;
    return `${String(rows.length)} requests, ${String(refused)} refused, the others allowed dry runs; no object of the cluster has changed`;
  },
}));

/** What a wholly changed workflow does. */
export const changedWorkflowAttacks: Attack[] = [
  {
    name: "workflow-runs-as-the-runner",
    attacker: "branch pusher",
    tries: "the pull request changes the workflow, and its own commands run on the runner",
    verdict: accepted("A changed workflow"),
    play: async (world) => {
      const { results } = await changedWorkflow(world);
      const { Arn: arn } = JSON.parse(results.identity.text) as { Arn: string };
      must(/assumed-role\/ja-production-runner/.test(arn), `it ran as ${arn}`);
      return `it ran as ${arn.replace(/^.*assumed-role/, "assumed-role")}`;
    },
  },
  {
    name: "gate-of-a-changed-workflow",
    attacker: "branch pusher",
    tries: "the changed workflow has a gate that is always green",
    verdict: accepted("A changed workflow"),
    play: async (world) => {
      const { ended } = await changedWorkflow(world);
      must(ended.gate === "success", `the gate ended ${ended.gate}`);
      return "the check K8s Dryrun gate is green, and nothing was checked";
    },
  },
  {
    name: "comment-of-a-changed-workflow",
    attacker: "branch pusher",
    tries: "the changed workflow writes its own comment",
    verdict: accepted("A changed workflow"),
    play: async (world) => {
      const { opened } = await changedWorkflow(world);
      const comments = await world.repository.comments(opened.number);
      const forged = comments.find(({ body }) => body.includes(forgedComment));
      must(forged?.author === "github-actions[bot]", "the forged comment is not there");
      return "github-actions[bot] says what the author wants";
    },
  },
  {
    name: "aws-as-the-runner",
    attacker: "stolen credential",
    tries: "other roles, keys, access entries, the endpoint, security groups, machines, projects, secrets",
    verdict: held("the role's policy (components/runnerPolicy.ts)"),
    play: async (world) => {
      const { results } = await changedWorkflow(world);
      for (const { args, exitCode, text } of results.aws) {
        must(exitCode !== 0, `aws ${args} succeeded`);
        must(/AccessDenied|UnauthorizedOperation|not authorized/.test(text), `aws ${args}: ${text}`);
      }
      return `${String(results.aws.length)} calls, each denied to the role`;
    },
  },
  {
    name: "token-for-another-cluster",
    attacker: "stolen credential",
    tries: "a token that the role makes for Korea's cluster is shown to Japan's",
    verdict: held("tokens are signed for one cluster's name"),
    play: async (world) => {
      const { otherClustersToken: answer } = (await changedWorkflow(world)).results;
      must(answer.status === 401, `it was answered ${String(answer.status)}`);
      return "401";
    },
  },
  ...requestAttacks,
];
