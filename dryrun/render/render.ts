import { join } from "node:path";
import { run } from "../command";
import { CouldNotCheck } from "../couldNotCheck";
import { refuseRemotes } from "./addresses";
import { sourcesOf } from "./kustomization";
import { refuseTooLarge } from "./size";

export interface RenderOptions {
  /** Path of the one kubectl that renders for every cluster, so that one overlay has the same bytes everywhere. */
  renderer: string;
  allowedRemotePrefixes: string[];
  /** A folder in the repository that the overlay may not refer to. */
  except?: string;
  signal?: AbortSignal;
}

/** A rendered overlay. */
export interface Rendered {
  text: string;
  /** What it was made of, relative to its repository. */
  files: string[];
}

/**
 * Renders an overlay with kustomize. Plugins, helm and files outside of the kustomize folders stay off: they are never
 * turned on.
 * @throws CouldNotCheck if it does not render, or would fetch from elsewhere.
 */
export async function render(root: string, overlay: string, options: RenderOptions): Promise<Rendered> {
  const sources = sourcesOf(root, overlay, options.except);
  refuseRemotes(sources.remotes, options.allowedRemotePrefixes);
  refuseTooLarge(root, overlay, sources);
  const { exitCode, stdout, stderr } = await run(
    "/bin/sh",
    ["-c", withinMemory, String(mostMemory), options.renderer, "kustomize", join(root, overlay)],
    {
      environment: { ...littleMemory, ...(options.allowedRemotePrefixes.length > 0 ? {} : withoutNetwork) },
      signal: options.signal,
    },
  );
  if (/out of memory|failed to reserve/.test(stderr)) {
    throw new CouldNotCheck(`${overlay} needs more memory to render than there is for it.`);
  }
  if (exitCode !== 0) {
    throw new CouldNotCheck(
      `${overlay} does not render: ${withoutQuotedText(stderr.trim()).replaceAll(`${root}/`, "")}\n` +
        "(In a job only the folders of the environment's paths are checked out: a file outside of them must be " +
        "added to the paths in the registry of eks-dryrun-runner.)",
    );
  }
  return { text: stdout, files: sources.files };
}

/**
 * Beyond this, Go frees memory more often: head and base are rendered at the same time, and thousands of objects take
 * 150 MB each otherwise. A soft limit: https://pkg.go.dev/runtime#hdr-Environment_Variables
 */
const littleMemory = { GOMEMLIMIT: "90MiB" };

/** Memory that kustomize can ask for, in KiB: some lines of YAML can stand for billions of values. */
const mostMemory = 2_000_000;

/** Runs a command with that limit, where the system has such a thing. */
const withinMemory = 'ulimit -v "$0" 2>/dev/null; exec "$@"';

/** On top of the search for addresses: kustomize has no git to call and no proxy that answers. */
const withoutNetwork = {
  PATH: "",
  HTTP_PROXY: "http://127.0.0.1:9",
  HTTPS_PROXY: "http://127.0.0.1:9",
  NO_PROXY: "",
};

/**
 * Where kustomize and its YAML parser quote the text that they cannot read, which may be of a Secret: a literal, a line of
 * an env file, a patch, a value of the wrong type, what a replacement would take. Compared with kustomize 5.7.1.
 */
const beforeQuotedText =
  /(literal sources?|env source files: \S+ line|trouble configuring builtin \w+|unknown anchor|cannot (?:decode|unmarshal) !!\w+|node contents:|is out of bounds for value)\s[^]*/;

function withoutQuotedText(message: string): string {
  return message.replace(beforeQuotedText, "$1 ... (not shown, it may be of a Secret)");
}
