import { gunzipSync } from "node:zlib";
import * as z from "zod";
import { longestPackedReport, longestUnpackedReport, type PackedReport } from "../../dryrun/report/pack";
import { reportSchema } from "../../dryrun/report/schema";

const packedReport = z.strictObject({
  version: z.literal(1),
  report: reportSchema,
  shortened: z.int().min(0),
  leftOut: z.int().min(0),
}) satisfies z.ZodType<PackedReport>;

/**
 * Unpacks the report that a region's job gave. Whoever can push a branch can forge one: nothing is believed of it but
 * its form, and its text is shown as text only.
 * @param environment whose report it must be.
 * @throws Error that says what is wrong with it, in words of this program.
 */
export function readReport(text: string, environment: string): PackedReport {
  const packed = unpack(text, environment);
  const { applied, objects } = packed.report;
  // A dry run applies nothing: whatever says that it did is forged.
  if (applied || objects.some(({ outcome, notReady }) => outcome ?? notReady))
    throw new Error("its report does not have the form of a report of a dry run.");
  return packed;
}

/**
 * Unpacks the report of a release's apply.
 * @param environment whose report it must be.
 * @throws Error that says what is wrong with it, in words of this program.
 */
export function readAppliedReport(text: string, environment: string): PackedReport {
  const packed = unpack(text, environment);
  if (!packed.report.applied) throw new Error("its report says nothing of what was applied.");
  return packed;
}

function unpack(text: string, environment: string): PackedReport {
  if (text === "") throw new Error("its job gave no report.");
  if (text.length > longestPackedReport || !/^[A-Za-z0-9+/]+=*$/.test(text)) {
    throw new Error("its report is not packed as reports are.");
  }
  let content: unknown;
  try {
    const bytes = gunzipSync(Buffer.from(text, "base64"), { maxOutputLength: longestUnpackedReport });
    content = JSON.parse(bytes.toString());
  } catch {
    throw new Error("its report cannot be unpacked.");
  }
  const { success, data } = packedReport.safeParse(content);
  if (!success) throw new Error("its report does not have the form of a report.");
  if (data.report.environment !== environment) throw new Error("its report is about another environment.");
  return data;
}
