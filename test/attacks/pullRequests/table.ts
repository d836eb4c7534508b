import { actionAttacks } from "./actions";
import type { Attack } from "./attack";
import { conversationAttacks } from "./conversations";
import { forkAttacks } from "./forks";
import { labelAttacks } from "./labels";
import { fetchAttacks } from "./manifests/fetches";
import { attacksOf, type ManifestAttack } from "./manifests/manifestAttack";
import { outsideAttacks } from "./manifests/outside";
import { secretAttacks } from "./manifests/secrets";
import { sizeAttacks } from "./manifests/sizes";
import { disguiseAttacks, textAttacks } from "./manifests/texts";
import { runnerGroupAttacks } from "./runnerGroup";
import { runnerAttacks } from "./runners";
import { changedWorkflowAttacks } from "./writes";

/** Attacks by what stands in an overlay. */
export const manifestAttacks: ManifestAttack[] = [
  ...fetchAttacks,
  ...outsideAttacks,
  ...sizeAttacks,
  ...disguiseAttacks,
  ...textAttacks,
  ...secretAttacks,
];

/** Every attack, each once. */
export function pullRequestAttacks(manifests = manifestAttacks): Attack[] {
  return [
    ...forkAttacks,
    ...attacksOf(manifests),
    ...changedWorkflowAttacks,
    ...actionAttacks,
    ...labelAttacks,
    ...conversationAttacks,
    ...runnerAttacks,
    ...runnerGroupAttacks,
  ];
}
