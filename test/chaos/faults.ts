import { accessDenied, expiredToken, githubAnswer, serverError, throttling, type Answer } from "./answers";
import type { Call } from "./call";
import { brokenConnection, type Effect } from "./interference";
import { lags, lagSeconds, type Lag } from "./lags";
import type { World } from "./world";

/** Something that goes wrong at a call. */
export interface Fault {
  name: string;
  /** Whether an operation can have it. */
  concerns: (operation: string) => boolean;
  /** Spoils calls of the operation; `strike` is told of each. */
  effect: (operation: string, world: World, strike: () => number) => Effect;
  /** Somebody else has committed too. */
  hasColleague?: true;
}

const isGitHub = (operation: string) => operation.startsWith("github ");
const isCommit = (operation: string) =>
  /^github (?:PUT|DELETE) contents/.test(operation) && !operation.includes("pull request");

/** What makes something that was not there; setting an attribute is none. */
export const creations = [
  ...["ec2 CreateSubnet", "ec2 CreateRouteTable", "ec2 CreateRoute", "ec2 AssociateRouteTable"],
  ...["ec2 CreateSecurityGroup", "ec2 AuthorizeSecurityGroupEgress", "ec2 AuthorizeSecurityGroupIngress"],
  ...["ec2 CreateNetworkAcl", "ec2 CreateNetworkAclEntry"],
  ...["iam CreateRole", "iam PutRolePolicy", "logs CreateLogGroup", "codebuild CreateProject"],
  ...["codebuild CreateWebhook", "eks CreateAccessEntry", "github PUT contents (create)"],
  ...["github PUT contents (update, pull request)", "github POST ref", "github POST pull request"],
  ...["github POST ruleset"],
];

/** Answers so to the first call only. */
const once =
  (answer: Answer): Fault["effect"] =>
  (operation, _world, strike) =>
    onCalls(operation, async ({ aws }, serve) => (strike() === 1 ? answer(aws) : serve()));

/** Answers so until the command has ended. */
const lasting =
  (answer: Answer): Fault["effect"] =>
  (operation, _world, strike) =>
    onCalls(operation, ({ aws }) => {
      strike();
      return Promise.resolve(answer(aws));
    });

function onCalls(operation: string, effect: Effect): Effect {
  return (call, serve) => (call.operation === operation ? effect(call, serve) : serve());
}

export const faults: Fault[] = [
  { name: "HTTP 500, once", concerns: () => true, effect: once(serverError) },
  { name: "HTTP 500", concerns: () => true, effect: lasting(serverError) },
  {
    name: "throttling",
    concerns: (operation) => !isGitHub(operation),
    effect: lasting(throttling),
  },
  {
    // The provider waits for GitHub however long it takes, so this one must pass.
    name: "throttling",
    concerns: isGitHub,
    effect: (operation, _world, strike) =>
      onCalls(operation, async ({ aws }, serve) => (strike() <= 2 ? throttling(aws) : serve())),
  },
  {
    name: "lost answer",
    concerns: () => true,
    effect: (operation, _world, strike) =>
      onCalls(operation, async (_call, serve) => {
        const answer = await serve();
        return strike() === 1 ? brokenConnection : answer;
      }),
  },
  {
    name: "AccessDenied",
    // No permission is needed for it: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    concerns: (operation) => operation !== "sts GetCallerIdentity",
    effect: lasting(accessDenied),
  },
  { name: "expired token", concerns: () => true, effect: lasting(expiredToken) },
  {
    name: "not visible yet",
    concerns: (operation) => lags.some(({ unseenBy }) => unseenBy === operation),
    effect: unseen,
  },
  { name: "moved branch (409)", concerns: isCommit, effect: movedBranch, hasColleague: true },
  { name: "kill -9", concerns: (operation) => creations.includes(operation), effect: kill },
];

/** Hides what was just made, whichever of the operations made it, from when it is first asked for: machines are slow at times. */
function unseen(operation: string, _world: World, strike: () => number): Effect {
  const lag = lags.filter(({ unseenBy }) => unseenBy === operation);
  const made = new Set<string>();
  const firstAsked = new Map<Lag, number>();
  const isHidden = (one: Lag, { aws }: Call) =>
    made.has(one.after) &&
    (!aws || (one.concerns?.(aws) ?? true)) &&
    Date.now() - (firstAsked.get(one) ?? Date.now()) < lagSeconds * 1000;
  return async (call, serve) => {
    const hidden = call.operation === operation ? lag.find((one) => isHidden(one, call)) : undefined;
    if (hidden) {
      if (!firstAsked.has(hidden)) firstAsked.set(hidden, Date.now());
      strike();
      return hidden.answer(call.aws);
    }
    const answer = await serve();
    if (answer.ok && lag.some(({ after }) => after === call.operation)) made.add(call.operation);
    return answer;
  };
}

/** A file that nobody else writes, and its commit's message. */
export const colleague = { path: "docs/colleague.md", message: "Write something down" };

/** Somebody commits at the same time, and is faster. */
function movedBranch(operation: string, world: World, strike: () => number): Effect {
  return onCalls(operation, async (_call, serve) => {
    if (strike() > 1) return serve();
    const before = await world.git("rev-parse", "main");
    await world.commit(colleague.path, "Something.\n", colleague.message);
    return githubAnswer(409, `is at ${await world.git("rev-parse", "main")} but expected ${before}`);
  });
}

/** The call is served, and the engine does not live to hear of it. */
function kill(operation: string, world: World, strike: () => number): Effect {
  return onCalls(operation, async (_call: Call, serve) => {
    const answer = await serve();
    if (strike() > 1) return answer;
    world.killEngine();
    return brokenConnection;
  });
}
