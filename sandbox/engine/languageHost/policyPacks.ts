import { spawn } from "node:child_process";
import * as grpc from "@grpc/grpc-js";
import * as language from "@pulumi/pulumi/proto/language_pb";
import { pulumiCommand } from "./pulumiCommands";

type Call = grpc.ServerWritableStream<language.RunPluginRequest, language.RunPluginResponse>;

/**
 * Runs a policy pack, which the engine asks for with `--policy-pack`, and passes on what it writes: the engine reads the
 * port of its server from the first line. Other plugins in TypeScript are not for a language host that stands in.
 */
export function runPolicyPack(call: Call): void {
  const { request } = call;
  if (request.getKind() !== "analyzer") {
    call.emit("error", { code: grpc.status.UNIMPLEMENTED, details: `plugins of kind ${request.getKind()}` });
    return;
  }
  const folder = request.getInfo()?.getProgramDirectory() ?? "";
  const pack = spawn(
    process.execPath,
    [pulumiCommand(folder, "run-policy-pack"), ...request.getArgsList(), folder],
    // A policy pack finds its package.json in its working directory.
    { cwd: folder, stdio: ["ignore", "pipe", "pipe"], env: environment(request) },
  );
  const kill = () => pack.kill();
  process.once("exit", kill);
  call.once("cancelled", kill);
  pack.stdout.on("data", (text: Uint8Array) => call.write(new language.RunPluginResponse().setStdout(text)));
  pack.stderr.on("data", (text: Uint8Array) => call.write(new language.RunPluginResponse().setStderr(text)));
  pack.once("close", (exitCode) => {
    process.removeListener("exit", kill);
    if (call.cancelled) return;
    call.write(new language.RunPluginResponse().setExitcode(exitCode ?? 1));
    call.end();
  });
}

/** The engine's own environment, and what it adds for the plugin: `NAME=value` each. */
function environment(request: language.RunPluginRequest): NodeJS.ProcessEnv {
  const given = request.getEnvList().map((line): [string, string] => {
    const equals = line.indexOf("=");
    return [line.slice(0, equals), line.slice(equals + 1)];
  });
  return { ...process.env, ...Object.fromEntries(given) };
}
