import { gunzipSync, gzipSync } from "node:zlib";
import { z } from "zod";

/** What became of the preview of a stack. */
export interface PreviewResult {
  succeeded: boolean;
  /** What `pulumi preview` printed. */
  output: string;
}

const previewResult = z.strictObject({ succeeded: z.boolean(), output: z.string() });

/**
 * Longest packed result, in bytes. GitHub takes 1 MB of outputs a job:
 * https://docs.github.com/actions/writing-workflows/workflow-syntax-for-github-actions#jobsjob_idoutputs
 */
const longestPacked = 900_000;

/** Most characters of an output that are worth packing: a comment shows far less. */
const longestOutput = 400_000;

/** A result as a job's output can carry it. */
export function packResult({ succeeded, output }: PreviewResult): string {
  const packed = gzipSync(JSON.stringify({ succeeded, output: output.slice(-longestOutput) })).toString(
    "base64",
  );
  if (packed.length <= longestPacked) return packed;
  return packResult({ succeeded, output: output.slice(-Math.floor(output.length / 2)) });
}

/** @returns undefined for what no preview has packed: a job that broke off before, or something else */
export function unpackResult(packed: string | undefined): PreviewResult | undefined {
  try {
    const text = gunzipSync(Buffer.from(packed ?? "", "base64"), {
      maxOutputLength: 4 * longestOutput,
    }).toString();
    return previewResult.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
