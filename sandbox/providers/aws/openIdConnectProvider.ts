import {
  AddClientIDToOpenIDConnectProviderCommand,
  CreateOpenIDConnectProviderCommand,
  DeleteOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
  RemoveClientIDFromOpenIDConnectProviderCommand,
  TagOpenIDConnectProviderCommand,
  UntagOpenIDConnectProviderCommand,
  UpdateOpenIDConnectProviderThumbprintCommand,
} from "@aws-sdk/client-iam";
import { set, string } from "../schema";
import {
  doing,
  tagChange,
  tagList,
  tagProperties,
  tagState,
  text,
  unlessGone,
  type AwsResource,
} from "./context";

const gone = ["NoSuchEntity", "NoSuchEntityException"];

/** Rules: hashicorp/terraform-provider-aws:internal/service/iam/openid_connect_provider.go. */
export const openIdConnectProvider: AwsResource = {
  properties: {
    url: string({ required: true, replaces: true }),
    clientIdLists: set(string(), { required: true }),
    thumbprintLists: set(string(), { computed: true }),
    ...tagProperties,
    arn: string({ output: true }),
  },
  async create(aws, inputs) {
    const Url = text(inputs, "url");
    const { OpenIDConnectProviderArn } = await doing(`creating IAM OIDC Provider`, () =>
      aws.iam.send(
        new CreateOpenIDConnectProviderCommand({
          Url,
          ClientIDList: inputs.clientIdLists as string[],
          ThumbprintList: inputs.thumbprintLists as string[] | undefined,
          Tags: tagList(inputs.tagsAll),
        }),
      ),
    );
    return { id: OpenIDConnectProviderArn ?? "" };
  },
  async read(aws, id, prior) {
    const live = await doing(`reading IAM OIDC Provider (${id})`, () =>
      unlessGone(gone, () =>
        aws.iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: id })),
      ),
    );
    if (!live) return undefined;
    return {
      // IAM answers without the scheme; the real provider takes both forms for the same.
      url: prior.url ?? `https://${live.Url ?? ""}`,
      clientIdLists: live.ClientIDList ?? [],
      thumbprintLists: live.ThumbprintList ?? [],
      ...tagState(aws, live.Tags, prior),
      arn: id,
    };
  },
  async update(aws, id, { prior, inputs, changes }) {
    const OpenIDConnectProviderArn = id;
    if (changes("thumbprintLists"))
      await aws.iam.send(
        new UpdateOpenIDConnectProviderThumbprintCommand({
          OpenIDConnectProviderArn,
          ThumbprintList: inputs.thumbprintLists as string[],
        }),
      );
    const [before, after] = [prior.clientIdLists, inputs.clientIdLists] as [string[], string[]];
    for (const ClientID of after.filter((audience) => !before.includes(audience)))
      await aws.iam.send(
        new AddClientIDToOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, ClientID }),
      );
    for (const ClientID of before.filter((audience) => !after.includes(audience)))
      await aws.iam.send(
        new RemoveClientIDFromOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, ClientID }),
      );
    const { put, remove } = tagChange(prior, inputs);
    if (remove.length > 0)
      await aws.iam.send(
        new UntagOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, TagKeys: remove }),
      );
    if (Object.keys(put).length > 0)
      await aws.iam.send(
        new TagOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, Tags: tagList(put) }),
      );
  },
  async delete(aws, id) {
    await doing(`deleting IAM OIDC Provider (${id})`, () =>
      unlessGone(gone, () =>
        aws.iam.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: id })),
      ),
    );
  },
};
