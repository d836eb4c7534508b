import * as pulumi from "@pulumi/pulumi";
import { isAuthorizationLag } from "../components/authorizationLag";

/** What a person does about a failed operation. */
export interface Advice {
  /** What it means. */
  means: string;
  /** What to do before the same command is run again. */
  mend: string;
  /** Something may have been made that is in no state. */
  leftovers?: true;
}

/**
 * What an operation says when it fails, in the words of AWS, GitHub and their providers; the first row that fits counts.
 * docs/operations.md shows the table: `pulumi destroy` does not run the program, so its errors come without the advice.
 */
export const advices: (Advice & { errors: RegExp })[] = [
  {
    errors:
      /AlreadyExists|ResourceInUse|AlreadyAssociated|\.Duplicate|InvalidSubnet\.Conflict|refusing to overwrite|sha.* wasn't supplied|must be unique|pull request already exists/,
    means: "It is there already: a run was interrupted or an answer got lost, or somebody else made it.",
    mend: "See what is there and in no state.",
    leftovers: true,
  },
  {
    // The rule goes when the group is made and was seen, and at no other time.
    errors: /revoking default|(?:waiting for|reading) Security Group/,
    means: "The security group may still have the rule that lets everything out.",
    mend: "See what is there and in no state.",
    leftovers: true,
  },
  {
    errors: /ExpiredToken|RequestExpired|token.* is (?:expired|invalid)|: 401 /,
    means: "The credentials are no longer valid.",
    mend: "Log in to AWS again, or set a new GITHUB_TOKEN.",
  },
  {
    errors: /UnauthorizedOperation|AccessDenied|is not authorized to perform|: 403 /,
    means: "Whoever runs Pulumi may not do that.",
    mend: "Give them, or the GITHUB_TOKEN, the right that the message names.",
  },
  {
    errors: /Throttling|RequestLimitExceeded|Rate exceeded/,
    means: "There were too many calls at once in this account.",
    mend: "Wait a minute.",
  },
  {
    errors: /StatusCode: 5\d\d|: 5\d\d |StatusCode: 0|: EOF/,
    means: "AWS or GitHub has failed; nothing is wrong here.",
    mend: "Wait until it works again.",
  },
  {
    errors: /: 409 /,
    means: "Somebody has committed in between; nothing of theirs is lost.",
    mend: "See what they have changed.",
    leftovers: true,
  },
  {
    errors: /NotFound|NoSuchEntity|couldn't find resource|with nil state|: 404 |does not exist/,
    means: "It is not there: somebody has deleted it, or it was made just now and is not to be seen yet.",
    mend: "Wait a minute.",
    leftovers: true,
  },
];

const otherwise: Advice = { means: "", mend: "Mend what the message says.", leftovers: true };

/** What to do about an error. */
export function adviceFor(error: string): Advice {
  return advices.find(({ errors }) => errors.test(error)) ?? otherwise;
}

/** The commands that go on after a failure. A refresh, because an update that failed stands in the state as if made. */
export function commandsAfter({ leftovers }: Advice, stack: string, command: "up" | "destroy"): string[] {
  return [
    ...(leftovers ? [`npm run leftovers -- --stack ${stack}`] : []),
    `pulumi ${command} --refresh --stack ${stack}`,
  ];
}

/** Lets every resource that the program makes from here on say what to do when an operation on it fails. */
export function adviseOnFailures(stack: string): void {
  const hook = new pulumi.ErrorHook("advice", async ({ name, type, failedOperation, errors }) => {
    const error = errors[0] ?? "";
    // It is tried again.
    if (isAuthorizationLag(error)) return false;
    const advice = adviceFor(error);
    const commands = commandsAfter(advice, stack, "up").map((command) => `    ${command}`);
    const sentence = [`${type} ${name}: ${failedOperation} failed.`, advice.means, advice.mend, "Then"];
    // The engine may end as soon as the hook has answered, and what is still on its way is lost.
    await pulumi.log.error([sentence.filter(Boolean).join(" "), ...commands].join("\n"));
    return false;
  });
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) => {
    if (!/^(?:aws|github):/.test(type)) return undefined;
    const { hooks } = opts as pulumi.CustomResourceOptions;
    return { props, opts: { ...opts, hooks: { ...hooks, onError: [...(hooks?.onError ?? []), hook] } } };
  });
}
