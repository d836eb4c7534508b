import type { QueryInput } from "./queryInput";
import type { Refusal } from "./refusal";

/** Tags of EC2 resources, given alone or with the resource. */
export const tagRefusals: Refusal<QueryInput>[] = [
  {
    operations: ["CreateTags", "CreateSubnet", "CreateRouteTable", "CreateSecurityGroup", "CreateVpc"],
    condition: (input) =>
      [
        ...input.list("Tag"),
        ...input.list("TagSpecification").flatMap((specification) => specification.list("Tag")),
      ]
        .map((tag) => tag.get("Key") ?? "")
        .find((key) => key.toLowerCase().startsWith("aws:")),
    code: "InvalidParameterValue",
    message: (key) => `Tag keys starting with 'aws:' are reserved for internal use: ${key}`,
    source: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions",
  },
];
