/**
 * A language host for Node.js: what stands between the engine and a Pulumi program. Pulumi's own comes with an
 * installed Pulumi; this one stands in beside an engine that the sandbox built, because that one's Go module is not on
 * every module proxy. It serves what preview, up, refresh and destroy of a TypeScript program need, with policy packs; the
 * engine reports everything else as unimplemented. Protocol: pulumi/pulumi:proto/pulumi/language.proto.
 */
import * as grpc from "@grpc/grpc-js";
import * as language from "@pulumi/pulumi/proto/language_pb";
import * as services from "@pulumi/pulumi/proto/language_grpc_pb";
import * as plugin from "@pulumi/pulumi/proto/plugin_pb";
import * as empty from "google-protobuf/google/protobuf/empty_pb";
import { requiredPackages } from "./packages";
import { runPolicyPack } from "./policyPacks";
import { Programs } from "./programs";
import { endWithParent } from "../../endWithParent";

// The engine starts a language host with its own address as the one argument that is not a flag.
let engineAddress = process.argv.slice(2).find((argument) => !argument.startsWith("-")) ?? "";
const programs = new Programs();

const handlers = {
  handshake: answer((request: language.LanguageHandshakeRequest) => {
    engineAddress = request.getEngineAddress() || engineAddress;
    return new language.LanguageHandshakeResponse();
  }),
  getPluginInfo: answer(() => new plugin.PluginInfo()),
  getRequiredPackages: answer(getRequiredPackages),
  about: answer(() =>
    new language.AboutResponse().setExecutable(process.execPath).setVersion(process.version),
  ),
  getProgramDependencies: answer(() => new language.GetProgramDependenciesResponse()),
  runtimeOptionsPrompts: answer(() => new language.RuntimeOptionsResponse()),
  run: answer((request: language.RunRequest) => programs.run(request, engineAddress)),
  runPlugin: runPolicyPack,
  cancel: answer(() => {
    programs.interrupt();
    return new empty.Empty();
  }),
};

function getRequiredPackages(
  request: language.GetRequiredPackagesRequest,
): language.GetRequiredPackagesResponse {
  const response = new language.GetRequiredPackagesResponse();
  for (const { name, version } of requiredPackages(request.getInfo()?.getProgramDirectory() ?? "")) {
    const dependency = new plugin.PackageDependency();
    response.addPackages(dependency.setName(name).setKind("resource").setVersion(version));
  }
  return response;
}

/** A gRPC handler whose errors reach the engine with their message. */
function answer<Request, Response>(handle: (request: Request) => Response | Promise<Response>) {
  return (call: { request: Request }, callback: grpc.sendUnaryData<Response>) => {
    Promise.resolve(call.request)
      .then(handle)
      .then(
        (response) => {
          callback(null, response);
        },
        (error: unknown) => {
          callback({
            code: grpc.status.UNKNOWN,
            details: error instanceof Error ? error.message : String(error),
          });
        },
      );
  };
}

endWithParent();
// Stack configuration can be large; 400 MB is the limit that Pulumi's own hosts set.
const server = new grpc.Server({ "grpc.max_receive_message_length": 400 * 1024 * 1024 });
server.addService(services.LanguageRuntimeService, handlers);
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  // The engine reads the port from the first line; nothing else may come before it.
  process.stdout.write(`${String(port)}\n`);
});
