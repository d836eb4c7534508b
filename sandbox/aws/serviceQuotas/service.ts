import { z } from "zod";
import { AwsError, jsonResponse } from "../error";
import { parseInput, readJson, type Service } from "../service";

const listing = z.object({ ServiceCode: z.string().min(1) });

/** Computers of CodeBuild, as the quotas' names have them; here they share one quota. */
const sizes = ["Small", "Medium", "Large"];

/**
 * Service Quotas, as far as it shows how many builds CodeBuild runs at once. The quotas' codes are left out: they are
 * not documented.
 * https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServiceQuotas.html
 * https://docs.aws.amazon.com/general/latest/gr/codebuild.html
 */
export function serviceQuotasService(concurrentBuilds: (region: string) => number): Service {
  return {
    answer: ({ operation, region, body }) => {
      if (operation !== "ListServiceQuotas") return Promise.resolve(undefined);
      const { ServiceCode } = parseInput(listing, readJson(body), "IllegalArgumentException");
      if (ServiceCode !== "codebuild")
        throw new AwsError("NoSuchResourceException", `The sandbox has no quotas of ${ServiceCode}.`);
      const Quotas = sizes.map((size) => ({
        ServiceCode,
        ServiceName: "AWS CodeBuild",
        QuotaName: `Concurrently running builds for Linux/${size} environment`,
        Value: concurrentBuilds(region),
        Unit: "None",
        Adjustable: true,
        GlobalQuota: false,
      }));
      return Promise.resolve(jsonResponse({ Quotas }));
    },
  };
}
