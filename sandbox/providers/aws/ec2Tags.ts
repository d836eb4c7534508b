import {
  CreateTagsCommand,
  DeleteTagsCommand,
  type ResourceType,
  type TagSpecification,
} from "@aws-sdk/client-ec2";
import type { Change } from "../schema";
import type { Values } from "../values";
import { tagChange, tagList, type Aws } from "./context";

/** Tags that an EC2 resource is made with. */
export function tagSpecifications(kind: ResourceType, inputs: Values): TagSpecification[] | undefined {
  const Tags = tagList(inputs.tagsAll);
  return Tags.length > 0 ? [{ ResourceType: kind, Tags }] : undefined;
}

/** Brings an EC2 resource's tags to what the program wants. */
export async function updateEc2Tags(aws: Aws, id: string, { prior, inputs }: Change): Promise<void> {
  const { put, remove } = tagChange(prior, inputs);
  if (remove.length > 0) {
    await aws.ec2.send(new DeleteTagsCommand({ Resources: [id], Tags: remove.map((Key) => ({ Key })) }));
  }
  if (Object.keys(put).length > 0) {
    await aws.ec2.send(new CreateTagsCommand({ Resources: [id], Tags: tagList(put) }));
  }
}
