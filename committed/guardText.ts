import { Document } from "yaml";
import { guardManifests, type GuardOptions } from "./guard";

const comment = ` The guard of the dry runs: members of the group pr-dry-run may send dry runs, and nothing else.
 Made by eks-dryrun-runner, and no part of any overlay: \`npm run guard -- install\` applies it, in this order.`;

/** The guard's manifests as YAML documents. */
export function guardText(options: GuardOptions = {}): string {
  return guardManifests(options)
    .map((manifest, index) => {
      const document = new Document(manifest, { aliasDuplicateObjects: false, compat: "yaml-1.1" });
      if (index === 0) document.commentBefore = comment;
      return document.toString({ lineWidth: 0 });
    })
    .join("---\n");
}
