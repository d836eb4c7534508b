import { PolicyPack } from "@pulumi/policy";
import { Exempted } from "./exempted";
import { exemptions } from "./exemptions";
import { policies } from "./policies";

const exempted = new Exempted(policies, exemptions);

new PolicyPack("eks-dryrun-runner", {
  enforcementLevel: "mandatory",
  policies: [...exempted.policies, exempted.report],
});
