import type { GithubCredential } from "./runnerPolicy";

/** The source of a CodeBuild project on a GitHub repository, `owner/name`, with a buildspec that no commit changes. */
export function gitHubSource<Buildspec>(
  repository: string,
  credential: GithubCredential,
  buildspec: Buildspec,
) {
  return {
    type: "GITHUB",
    location: `https://github.com/${repository}.git`,
    buildspec,
    ...sourceAuthentication(credential),
  };
}

/** `source.auth` for the project's own credential. The program never touches the account's default credential. */
function sourceAuthentication(credential: GithubCredential) {
  switch (credential.type) {
    case "connection":
      return { auth: { type: "CODECONNECTIONS", resource: credential.arn } };
    case "secret":
      return { auth: { type: "SECRETS_MANAGER", resource: credential.arn } };
    case "default":
      return {};
  }
}
