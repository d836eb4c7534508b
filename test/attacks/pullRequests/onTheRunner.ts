// What a changed workflow runs on the runner: everything that the machine's credentials could be good for.
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { promisify } from "node:util";
import type { Attack } from "../attack";
import { type Answer, Client } from "../client";
import { attackTable } from "../table";

/** What a command answered. */
export interface CommandAnswer {
  args: string;
  exitCode: number;
  text: string;
}

/** All that the runner found out. */
export interface RunnerResults {
  identity: CommandAnswer;
  aws: CommandAnswer[];
  /** Answers to the requests of the table, in its order. */
  requests: Answer[];
  /** The answer of the own cluster to a token for another one. */
  otherClustersToken: Answer;
}

const {
  RESULTS = "",
  CLUSTER = "",
  REGION = "",
  OTHER_CLUSTER = "",
  OTHER_REGION = "",
  ROLE = "",
  SECURITY_GROUP = "",
} = process.env;

/** What would make more of the role than it is, in each service that it could try. */
const awsAttacks = [
  "sts assume-role --role-arn arn:aws:iam::123456789012:role/admin --role-session-name more",
  `iam attach-role-policy --role-name ${ROLE} --policy-arn arn:aws:iam::aws:policy/AdministratorAccess`,
  `iam put-role-policy --role-name ${ROLE} --policy-name more --policy-document {}`,
  "iam create-access-key --user-name admin",
  `eks create-access-entry --cluster-name ${CLUSTER} --principal-arn arn:aws:iam::123456789012:role/admin`,
  `eks associate-access-policy --cluster-name ${CLUSTER} --principal-arn arn:aws:iam::123456789012:role/${ROLE} --policy-arn arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy --access-scope type=cluster`,
  `eks update-cluster-config --name ${CLUSTER} --resources-vpc-config endpointPublicAccess=true`,
  `eks describe-cluster --name ${OTHER_CLUSTER} --region ${OTHER_REGION}`,
  `ec2 authorize-security-group-ingress --group-id ${SECURITY_GROUP} --protocol tcp --port 22 --cidr 0.0.0.0/0`,
  "ec2 run-instances --image-id ami-12345678 --instance-type t3.nano",
  "codebuild list-projects",
  "codebuild update-webhook --project-name any --filter-groups []",
  "logs describe-log-groups",
  "secretsmanager list-secrets",
];

async function aws(args: string): Promise<CommandAnswer> {
  const words = ["--output", "json", ...args.split(" ")];
  try {
    const { stdout } = await promisify(execFile)("aws", words);
    return { args, exitCode: 0, text: stdout };
  } catch (error) {
    const { code, stderr } = error as { code?: number; stderr?: string };
    return { args, exitCode: code ?? -1, text: stderr ?? String(error) };
  }
}

async function tokenFor(cluster: string): Promise<string> {
  const { text } = await aws(`eks get-token --cluster-name ${cluster} --region ${REGION}`);
  return (JSON.parse(text) as { status: { token: string } }).status.token;
}

/** Requests exactly as the table has them, many at a time: what they do, they do by themselves. */
async function sendAll(client: Client, attacks: Attack[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  const next = attacks.map((attack, index) => ({ attack, index }));
  const work = async () => {
    for (let one = next.shift(); one; one = next.shift()) {
      answers[one.index] = await answerTo(client, one.attack);
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  return answers;
}

/** Sent again where there is no answer: the server may have ended a connection that it had kept. */
async function answerTo(client: Client, attack: Attack, tries = 3): Promise<Answer> {
  try {
    return await client.send(attack);
  } catch (error) {
    return tries > 1 ? answerTo(client, attack, tries - 1) : { status: 0, body: String(error) };
  }
}

async function main(): Promise<void> {
  const identity = await aws("sts get-caller-identity");
  const { text } = await aws(`eks describe-cluster --name ${CLUSTER} --region ${REGION}`);
  const { cluster } = JSON.parse(text) as {
    cluster: { endpoint: string; certificateAuthority: { data: string } };
  };
  const connect = (token: string) => Client.to(cluster.endpoint, cluster.certificateAuthority.data, token);
  const client = connect(await tokenFor(CLUSTER));
  const stranger = connect(await tokenFor(OTHER_CLUSTER));
  const results: RunnerResults = {
    identity,
    aws: [],
    requests: await sendAll(client, attackTable()),
    otherClustersToken: await stranger.send({ method: "GET", path: "/api/v1/namespaces" }),
  };
  for (const args of awsAttacks) results.aws.push(await aws(args));
  client.close();
  stranger.close();
  writeFileSync(RESULTS, JSON.stringify(results));
}

void main();
