import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { kubectlFor } from "./connect";
import { CouldNotCheck } from "./couldNotCheck";
import { findKubectl, knownKubectl, rendererMinor } from "./kubectl/find";
import type { CommonOptions } from "./options";
import { baseFolder } from "./render/base";
import { type KubernetesObject, parseObjects } from "./render/objects";
import { render, type RenderOptions } from "./render/render";
import { uncoveredFiles } from "./render/uncovered";

/** An overlay as the repository has it, and the kubectl that the cluster's version asks for. */
export interface Overlay {
  /** At least one. */
  objects: KubernetesObject[];
  /** Files that kustomize read and that no path filter covers. */
  uncoveredFiles: string[];
  kubectl: { binary: string; version: string };
}

/** The overlay as an earlier commit has it. */
export interface EarlierRender {
  /** Undefined if there is no such overlay yet, or it cannot be rendered. */
  text?: string;
  problem?: string;
}

/** How the overlays of a run are rendered: all of them by the same kubectl. */
export async function renderOptionsOf(
  { allowedRemotePrefixes }: CommonOptions,
  folder: string,
  signal: AbortSignal,
): Promise<RenderOptions> {
  const renderer = await findKubectl(knownKubectl(rendererMinor), process.env, folder, signal);
  return { renderer, allowedRemotePrefixes, signal };
}

/**
 * Renders an overlay.
 * @param minor of the cluster's Kubernetes 1.
 * @param folder for files of its own, which nobody else can read.
 * @throws CouldNotCheck if it cannot be rendered, or to nothing.
 */
export async function readOverlay(
  options: CommonOptions,
  minor: number,
  folder: string,
  rendering: RenderOptions,
): Promise<Overlay> {
  const [head, kubectl] = await Promise.all([
    render(resolve(options.repository), options.overlay, rendering),
    kubectlFor(options, minor, folder, rendering.signal),
  ]);
  const objects = parseObjects(head.text);
  if (objects.length === 0) throw new CouldNotCheck(`${options.overlay} renders to nothing.`);
  return { objects, uncoveredFiles: uncoveredFiles(head.files, options.paths), kubectl };
}

/**
 * Renders an overlay as it was.
 * @param base a folder, or a git reference of which the merge base with HEAD is taken.
 */
export async function renderEarlier(
  { repository, overlay }: CommonOptions,
  base: string,
  folder: string,
  rendering: RenderOptions,
): Promise<EarlierRender> {
  try {
    const root = await baseFolder(resolve(repository), base, folder, rendering.signal);
    if (!isFolder(join(root, overlay))) return {};
    const { text } = await render(root, overlay, rendering);
    return { text };
  } catch (error) {
    if (error instanceof CouldNotCheck) return { problem: error.message };
    throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
