import * as github from "@pulumi/github";
import type * as pulumi from "@pulumi/pulumi";

/**
 * The GitHub provider of everything that the home stack looks up and makes. Named after the owner: for another one the
 * files are made anew there and deleted here, each with its own provider.
 *
 * It has its owner, because without one it asks for the token's user, and the token of an app is nobody's.
 */
export function githubProvider(owner: string): github.Provider {
  return new github.Provider(
    `github-${owner}`,
    {
      owner,
      // Another commit in between answers 409, and goes through when tried again. The provider's default retries only
      // server errors.
      maxRetries: 5,
      retryDelayMs: 2000,
      retryableErrors: [409, 500, 502, 503, 504],
    },
    { transformations: [withoutEnvironment] },
  );
}

/**
 * Takes out what the SDK copies from the environment into the provider's inputs: the token would stand in the state, in
 * clear, and be used by a later `destroy` or `refresh` in place of the one that is set then. The plugin itself reads
 * `GITHUB_TOKEN` and `GITHUB_BASE_URL`.
 */
function withoutEnvironment({ props, opts }: pulumi.ResourceTransformationArgs) {
  const inputs = Object.fromEntries(
    Object.entries(props as Record<string, unknown>).filter(([key]) => key !== "token" && key !== "baseUrl"),
  );
  return { props: inputs, opts };
}
