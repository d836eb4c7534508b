import type { CommittedRelease } from "../../committed/apply/release";
import type { CommittedEnvironment } from "../../committed/environment";
import { environments } from "./sampleEnvironments";

/** The environments of the first user, each with what applies releases to it. */
export const applied: CommittedEnvironment[] = environments.map(({ runner, ...rest }) =>
  runner === undefined
    ? rest
    : {
        ...rest,
        runner: {
          ...runner,
          apply: {
            projectName: `${runner.projectName}-apply`,
            roleArn: `arn:aws:iam::111122223333:role/${runner.projectName}-release`,
          },
        },
      },
);

/** What the settings say of releases: the canary region first. */
export const release: CommittedRelease = {
  repository: "example-org/kubernetes-manifests",
  branch: "trunk",
  order: ["kr-production"],
};
