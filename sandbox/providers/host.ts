import * as grpc from "@grpc/grpc-js";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Operations } from "./operations";
import type { Provider } from "./schema";
import type { Failure } from "./check";
import type { PropertyDifference } from "./diff";
import { decode, encode, type Values } from "./values";
import { initFailure } from "./initFailure";
import { endWithParent } from "../endWithParent";

/** A provider that answers on a port of this machine. */
export interface RunningProvider {
  port: number;
  stop(): void;
}

/** Big enough for any state; the engine uses the same bound. */
const maxMessageBytes = 400 << 20;

/** Starts the gRPC server through which Pulumi's engine talks to a provider plugin, on a free port. */
export async function startProvider<Context>(provider: Provider<Context>): Promise<RunningProvider> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.max_send_message_length": maxMessageBytes,
  });
  server.addService(ResourceProviderService, handlers(provider));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  return { port, stop: () => server.forceShutdown() };
}

/** Runs a provider as a plugin process: the first line on standard output is the port, and nothing follows. */
export function runPlugin<Context>(provider: Provider<Context>): void {
  endWithParent();
  startProvider(provider).then(
    ({ port }) => process.stdout.write(`${String(port)}\n`),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
}

function handlers<Context>(provider: Provider<Context>): grpc.UntypedServiceImplementation {
  const operations = new Operations(provider);
  return {
    handshake: answer(() =>
      new messages.ProviderHandshakeResponse()
        .setAcceptSecrets(true)
        .setAcceptResources(false)
        .setAcceptOutputs(false)
        .setSupportsAutonamingConfiguration(true),
    ),
    attach: answer(() => new Empty()),
    cancel: answer(() => new Empty()),
    getPluginInfo: answer(() => new PluginInfo().setVersion(provider.version)),
    getSchema: answer(() =>
      new messages.GetSchemaResponse().setSchema(
        JSON.stringify({ name: provider.name, version: provider.version }),
      ),
    ),

    checkConfig: answer((request: messages.CheckRequest) =>
      new messages.CheckResponse()
        .setInputs(request.getNews())
        .setFailuresList(operations.checkConfig(decode(request.getNews()).values).map(failure)),
    ),
    diffConfig: answer((request: messages.DiffRequest) =>
      diffResponse(
        operations.diffConfig(decode(request.getOldInputs()).values, decode(request.getNews()).values),
        false,
      ),
    ),
    configure: answer(async (request: messages.ConfigureRequest) => {
      await operations.configure(decode(request.getArgs()).values);
      return new messages.ConfigureResponse()
        .setAcceptsecrets(true)
        .setAcceptresources(false)
        .setAcceptoutputs(false)
        .setSupportspreview(true)
        .setSupportsAutonamingConfiguration(true);
    }),

    check: answer((request: messages.CheckRequest) => {
      const news = decode(request.getNews());
      const checked = operations.check(token(request), news.values, {
        name: request.getName() || lastPart(request.getUrn()),
        olds: decode(request.getOlds()).values,
        seed: request.getRandomseed_asU8(),
      });
      return new messages.CheckResponse()
        .setInputs(encode(checked.inputs, news.secrets))
        .setFailuresList(checked.failures.map(failure));
    }),
    diff: answer(async (request: messages.DiffRequest) => {
      const found = await operations.diff(
        token(request),
        decode(request.getOlds()).values,
        decode(request.getNews()).values,
        request.getIgnorechangesList(),
      );
      return diffResponse(found.differences, found.deleteBeforeReplace);
    }),
    create: answer(async (request: messages.CreateRequest) => {
      const inputs = decode(request.getProperties());
      const secrets = operations.secrets(token(request), inputs.secrets);
      if (request.getPreview()) {
        return new messages.CreateResponse().setProperties(
          encode(operations.previewCreate(token(request), inputs.values), secrets),
        );
      }
      const made = await operations.create(token(request), inputs.values);
      if (made.unfinished) throw initFailure(made.id, encode(made.state, secrets), made.unfinished);
      return new messages.CreateResponse().setId(made.id).setProperties(encode(made.state, secrets));
    }),
    read: answer(async (request: messages.ReadRequest) => {
      const prior = decode(request.getProperties());
      const inputs = decode(request.getInputs());
      const found = await operations.read(token(request), request.getId(), prior.values, inputs.values);
      if (!found) return new messages.ReadResponse();
      const secrets = operations.secrets(token(request), new Set([...prior.secrets, ...inputs.secrets]));
      return new messages.ReadResponse()
        .setId(found.id)
        .setProperties(encode(found.state, secrets))
        .setInputs(encode(found.inputs, inputs.secrets));
    }),
    update: answer(async (request: messages.UpdateRequest) => {
      const olds = decode(request.getOlds()).values;
      const news = decode(request.getNews());
      const made: { state: Values; unfinished?: string } = request.getPreview()
        ? { state: operations.previewUpdate(token(request), olds, news.values) }
        : await operations.update(token(request), request.getId(), olds, news.values);
      const state = encode(made.state, operations.secrets(token(request), news.secrets));
      if (made.unfinished) throw initFailure(request.getId(), state, made.unfinished);
      return new messages.UpdateResponse().setProperties(state);
    }),
    delete: answer(async (request: messages.DeleteRequest) => {
      await operations.delete(token(request), request.getId(), decode(request.getProperties()).values);
      return new Empty();
    }),
    invoke: answer(async (request: messages.InvokeRequest) => {
      const result = await operations.invoke(request.getTok(), decode(request.getArgs()).values);
      return "failures" in result
        ? new messages.InvokeResponse().setFailuresList(result.failures.map(failure))
        : new messages.InvokeResponse().setReturn(encode(result.values));
    }),
  };
}

/** Makes a gRPC handler of a function; what it throws reaches the person as Pulumi's error message. */
function answer<Request, Response>(handle: (request: Request) => Response | Promise<Response>) {
  return (call: { request: Request }, callback: grpc.sendUnaryData<Response>): void => {
    Promise.resolve()
      .then(() => handle(call.request))
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback(statusOf(error)),
      );
  };
}

function statusOf(error: unknown): Partial<grpc.StatusObject> {
  const { message, metadata } = error as Error & { metadata?: grpc.Metadata };
  return { code: grpc.status.UNKNOWN, details: message, metadata };
}

function failure({ property, reason }: Failure): messages.CheckFailure {
  return new messages.CheckFailure().setProperty(property).setReason(reason);
}

function diffResponse(
  differences: PropertyDifference[],
  deleteBeforeReplace: boolean,
): messages.DiffResponse {
  const { DiffChanges } = messages.DiffResponse;
  const response = new messages.DiffResponse()
    .setChanges(differences.length > 0 ? DiffChanges.DIFF_SOME : DiffChanges.DIFF_NONE)
    .setDiffsList([...new Set(differences.map(({ path }) => root(path)))])
    .setReplacesList([...new Set(differences.filter((d) => d.replaces).map(({ path }) => root(path)))])
    .setDeletebeforereplace(deleteBeforeReplace)
    .setHasdetaileddiff(true);
  for (const { path, kind, replaces } of differences) {
    const { Kind } = messages.PropertyDiff;
    const plain = { add: Kind.ADD, delete: Kind.DELETE, update: Kind.UPDATE }[kind];
    const replacing = { add: Kind.ADD_REPLACE, delete: Kind.DELETE_REPLACE, update: Kind.UPDATE_REPLACE }[
      kind
    ];
    response
      .getDetaileddiffMap()
      .set(path, new messages.PropertyDiff().setKind(replaces ? replacing : plain));
  }
  return response;
}

/** The property of a path: `environment` of `environment.image`. */
function root(path: string): string {
  return path.split(/[.[]/, 1)[0] ?? path;
}

function token(request: { getType(): string; getUrn(): string }): string {
  return request.getType() || (request.getUrn().split("::")[2]?.split("$").pop() ?? "");
}

function lastPart(urn: string): string {
  return urn.split("::").pop() ?? urn;
}
