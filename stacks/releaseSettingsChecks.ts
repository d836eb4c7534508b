import { environments, hasRunner, homeEnvironment } from "./environments";
import { configSetCommand, removeCommand, shown, type Problem } from "./problems";
import type { SettingsSource, SettingValues } from "./settings";
import { settingsTable, type SettingName } from "./settingsTable";

const key = (name: SettingName, path = "") => `eks-dryrun-runner:${name}${path}`;

/** Settings that the home stack alone reads: it owns what they are about. */
const onlyAtHome = ["releaseReviewers", "releaseTags", "releaseOrder"] as const;

/** What is wrong between the settings by which releases are applied. */
export function releaseProblems(source: SettingsSource, values: Partial<SettingValues>): Problem[] {
  const isHome = source.stack === homeEnvironment;
  return [
    ...missingProblems(source, values, isHome),
    ...(isHome ? orderProblems(source, values) : elsewhereProblems(source, values)),
    ...branchProblems(source, values),
  ];
}

function missingProblems(
  { stack, config }: SettingsSource,
  { apply }: Partial<SettingValues>,
  isHome: boolean,
): Problem[] {
  if (apply !== "enabled") return [];
  const needed = [
    "targetRepositoryId" as const,
    "targetRepositoryOwnerId" as const,
    ...(isHome ? ["releaseReviewers" as const] : []),
  ];
  return needed
    .filter((name) => config[key(name)] === undefined)
    .map((name) => ({
      key: key(name),
      wrong: "is missing, but apply is enabled",
      expected: settingsTable[name].expected,
      command: configSetCommand(stack, key(name), settingsTable[name].example),
    }));
}

function elsewhereProblems({ stack, config }: SettingsSource, { apply }: Partial<SettingValues>): Problem[] {
  const present = (name: SettingName) => config[key(name)] !== undefined;
  return [
    ...onlyAtHome.filter(present).map((name) => ({
      key: key(name),
      wrong: `is set, but ${stack} is not the home stack`,
      expected: `no such key: ${homeEnvironment} alone protects the environments`,
      command: removeCommand(stack, key(name)),
    })),
    ...(apply === "disabled" && present("applyKinds")
      ? [
          {
            key: key("applyKinds"),
            wrong: "is set, but apply is disabled",
            expected: "apply enabled, or no such key",
            command: `${configSetCommand(stack, key("apply"), "enabled")}, or ${removeCommand(stack, key("applyKinds"))}`,
          },
        ]
      : []),
  ];
}

function orderProblems({ stack }: SettingsSource, { releaseOrder = [] }: Partial<SettingValues>): Problem[] {
  const known = environments.filter(hasRunner).map(({ name }) => name);
  return releaseOrder.flatMap((name, index) => {
    if (known.includes(name)) return [];
    const path = key("releaseOrder", `[${String(index)}]`);
    return [
      {
        key: path,
        wrong: `is ${shown(name)}`,
        expected: `an environment with a runner: ${known.join(", ")}`,
        command: configSetCommand(stack, path, known[0] ?? homeEnvironment),
      },
    ];
  });
}

/** One branch is trusted, by the runner group and by the release alike. */
function branchProblems({ stack }: SettingsSource, values: Partial<SettingValues>): Problem[] {
  const { apply, defaultBranch, runnerGroup } = values;
  if (apply !== "enabled" || defaultBranch === undefined || runnerGroup === undefined) return [];
  if (runnerGroup.branch === defaultBranch) return [];
  return [
    {
      key: key("defaultBranch"),
      wrong: `is ${shown(defaultBranch)}, but runnerGroup.branch is ${shown(runnerGroup.branch)}`,
      expected: "the same in both: the repository's default branch",
      command: configSetCommand(stack, key("defaultBranch"), runnerGroup.branch),
    },
  ];
}
