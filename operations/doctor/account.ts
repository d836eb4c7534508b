import { ok, wrong, type Check } from "./check";

export const accountChecks: Check[] = [
  {
    name: "account",
    looksAt: () => "the AWS account of these credentials",
    examine: async (facts) => {
      const { allowedAccountIds } = facts.subject;
      const accountId = await facts.accountId();
      if (allowedAccountIds.includes(accountId)) return ok(`${accountId}, region ${facts.runner.region}`);
      return wrong(
        `these credentials are of account ${accountId}, expected ${allowedAccountIds.join(" or ")} (aws:allowedAccountIds): ` +
          "all below is about another account",
        "aws sts get-caller-identity",
      );
    },
  },
];
