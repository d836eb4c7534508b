import { z } from "zod";
import { AwsError, jsonResponse } from "../error";
import type { AwsRequest } from "../request";
import { parseInput, readJson, type Service } from "../service";
import type { Connection, Connections } from "./connections";

// Shapes of botocore's models codeconnections 2023-12-01 and codestar-connections 2019-12-01: the older name of the
// same service, which shows the same connections.
const tags = z.array(z.object({ Key: z.string().min(1).max(128), Value: z.string().max(256) })).max(200);
const connectionArn = z.string().regex(/^arn:aws(-\w+)*:.+:.+:\d{12}:.+$/);
const creation = z.object({
  ConnectionName: z.string().min(1).max(32),
  ProviderType: z.enum(["Bitbucket", "GitHub", "GitHubEnterpriseServer", "GitLab", "GitLabSelfManaged"]),
  Tags: tags.default([]),
});
const byConnection = z.object({ ConnectionArn: connectionArn });
const byResource = z.object({ ResourceArn: connectionArn });

type Operation = (input: unknown, region: string) => object;

/** CodeConnections, under its two names. */
export function connectionsService(connections: Connections): Service {
  const operations: Record<string, Operation> = {
    CreateConnection: (input, region) => {
      const { Tags, ...wanted } = validate(creation, input);
      const { ConnectionArn } = connections.create(region, { ...wanted, Tags });
      return { ConnectionArn, Tags };
    },
    GetConnection: (input, region) => ({
      Connection: shown(find(connections, region, validate(byConnection, input).ConnectionArn)),
    }),
    ListConnections: (_input, region) => ({ Connections: connections.inRegion(region).map(shown) }),
    DeleteConnection: (input, region) => {
      const { ConnectionArn } = find(connections, region, validate(byConnection, input).ConnectionArn);
      connections.delete(ConnectionArn);
      return {};
    },
    ListTagsForResource: (input, region) => ({
      Tags: find(connections, region, validate(byResource, input).ResourceArn).Tags,
    }),
    TagResource: (input, region) => {
      const { ResourceArn, Tags } = validate(byResource.extend({ Tags: tags }), input);
      const connection = find(connections, region, ResourceArn);
      const added = new Set(Tags.map(({ Key }) => Key));
      connections.put({
        ...connection,
        Tags: [...connection.Tags.filter(({ Key }) => !added.has(Key)), ...Tags],
      });
      return {};
    },
    UntagResource: (input, region) => {
      const { ResourceArn, TagKeys } = validate(byResource.extend({ TagKeys: z.array(z.string()) }), input);
      const connection = find(connections, region, ResourceArn);
      connections.put({ ...connection, Tags: connection.Tags.filter(({ Key }) => !TagKeys.includes(Key)) });
      return {};
    },
  };
  return {
    answer: (request: AwsRequest) => {
      const operation = operations[request.operation];
      return Promise.resolve(operation && jsonResponse(operation(readJson(request.body), request.region)));
    },
  };
}

function validate<T>(schema: z.ZodType<T>, input: unknown): T {
  return parseInput(schema, input, "ValidationException");
}

/** A connection is found in its own region only, whatever prefix its ARN has. */
function find(connections: Connections, region: string, arn: string): Connection {
  const connection = connections.find(arn);
  if (connection?.ConnectionArn.split(":")[3] !== region || !connection)
    throw new AwsError("ResourceNotFoundException", `Connection not found: ${arn} in ${region}`);
  return connection;
}

/** Tags are asked for by themselves. */
function shown(connection: Connection): object {
  return { ...connection, Tags: undefined };
}
