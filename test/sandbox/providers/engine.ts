import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { startProvider, type RunningProvider } from "../../../sandbox/providers/host";
import type { Provider } from "../../../sandbox/providers/schema";
import type { Values } from "../../../sandbox/providers/values";

/** Talks to a provider over gRPC, as Pulumi's engine does. */
export class Engine {
  private constructor(
    private readonly running: RunningProvider,
    private readonly client: ResourceProviderClient,
  ) {}

  /** Starts the provider; it is not configured yet. */
  static async start<Context>(provider: Provider<Context>): Promise<Engine> {
    const running = await startProvider(provider);
    const address = `127.0.0.1:${String(running.port)}`;
    return new Engine(running, new ResourceProviderClient(address, grpc.credentials.createInsecure()));
  }

  stop(): void {
    this.client.close();
    this.running.stop();
  }

  async checkConfig(config: Values): Promise<{ property: string; reason: string }[]> {
    const request = new messages.CheckRequest().setNews(struct(config));
    return (await this.call("checkConfig", request)).getFailuresList().map((failure) => failure.toObject());
  }

  async configure(config: Values): Promise<void> {
    await this.call("configure", new messages.ConfigureRequest().setArgs(struct(config)));
  }

  async check(type: string, news: Values, { olds = {}, seed = "" }: { olds?: Values; seed?: string } = {}) {
    const request = new messages.CheckRequest()
      .setUrn(`urn:pulumi:dev::test::${type}::runner`)
      .setType(type)
      .setName("runner")
      .setOlds(struct(olds))
      .setNews(struct(news))
      .setRandomseed(Buffer.from(seed));
    const response = await this.call("check", request);
    return {
      inputs: response.getInputs()?.toJavaScript() as Values,
      failures: response.getFailuresList().map((failure) => failure.toObject()),
    };
  }

  async diff(type: string, state: Values, news: Values, ignoreChanges: string[] = []) {
    const request = new messages.DiffRequest()
      .setType(type)
      .setOlds(struct(state))
      .setNews(struct(news))
      .setIgnorechangesList(ignoreChanges);
    const response = await this.call("diff", request);
    const { Kind } = messages.PropertyDiff;
    const detailed: Values = {};
    response.getDetaileddiffMap().forEach((difference, path) => {
      detailed[path] = Object.keys(Kind).find(
        (name) => Kind[name as keyof typeof Kind] === difference.getKind(),
      );
    });
    return {
      changes: response.getChanges() === messages.DiffResponse.DiffChanges.DIFF_SOME,
      replaces: response.getReplacesList(),
      deleteBeforeReplace: response.getDeletebeforereplace(),
      detailed,
    };
  }

  async create(type: string, inputs: Values, { preview = false } = {}) {
    const request = new messages.CreateRequest()
      .setType(type)
      .setProperties(struct(inputs))
      .setPreview(preview);
    const response = await this.call("create", request);
    return { id: response.getId(), state: response.getProperties()?.toJavaScript() as Values };
  }

  async read(type: string, id: string, state: Values = {}, inputs: Values = {}) {
    const request = new messages.ReadRequest()
      .setType(type)
      .setId(id)
      .setProperties(struct(state))
      .setInputs(struct(inputs));
    const response = await this.call("read", request);
    return {
      id: response.getId(),
      state: response.getProperties()?.toJavaScript() as Values,
      inputs: response.getInputs()?.toJavaScript() as Values,
    };
  }

  async update(
    type: string,
    id: string,
    olds: Values,
    news: Values,
    { preview = false } = {},
  ): Promise<Values> {
    const request = new messages.UpdateRequest()
      .setType(type)
      .setId(id)
      .setOlds(struct(olds))
      .setNews(struct(news))
      .setPreview(preview);
    return (await this.call("update", request)).getProperties()?.toJavaScript() as Values;
  }

  async delete(type: string, id: string, state: Values): Promise<void> {
    await this.call(
      "delete",
      new messages.DeleteRequest().setType(type).setId(id).setProperties(struct(state)),
    );
  }

  async invoke(token: string, args: Values) {
    const response = await this.call(
      "invoke",
      new messages.InvokeRequest().setTok(token).setArgs(struct(args)),
    );
    return {
      result: response.getReturn()?.toJavaScript() as Values,
      failures: response.getFailuresList().map((failure) => failure.toObject()),
    };
  }

  private call(
    method: "checkConfig" | "check",
    request: messages.CheckRequest,
  ): Promise<messages.CheckResponse>;
  private call(method: "configure", request: messages.ConfigureRequest): Promise<messages.ConfigureResponse>;
  private call(method: "diff", request: messages.DiffRequest): Promise<messages.DiffResponse>;
  private call(method: "create", request: messages.CreateRequest): Promise<messages.CreateResponse>;
  private call(method: "read", request: messages.ReadRequest): Promise<messages.ReadResponse>;
  private call(method: "update", request: messages.UpdateRequest): Promise<messages.UpdateResponse>;
  private call(method: "delete", request: messages.DeleteRequest): Promise<unknown>;
  private call(method: "invoke", request: messages.InvokeRequest): Promise<messages.InvokeResponse>;
  private call(method: string, request: unknown): Promise<unknown> {
    const methods = this.client as unknown as Record<string, Method>;
    return new Promise((resolve, reject) => {
      methods[method]?.call(this.client, request, (error, response) => {
        if (error) reject(error);
        else resolve(response);
      });
    });
  }
}

type Method = (request: unknown, callback: (error: Error | null, response: unknown) => void) => void;

/** A secret as the engine sends it. */
export function secret(value: unknown): Values {
  return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value };
}

function struct(values: Values): Struct {
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(values)) as Record<string, JavaScriptValue>);
}
