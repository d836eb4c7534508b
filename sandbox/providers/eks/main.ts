import { version } from "@pulumi/eks/package.json";
import * as pulumi from "@pulumi/pulumi";
import { endWithParent } from "../../endWithParent";
import { Cluster } from "./cluster";

/** The stand-in of @pulumi/eks: one component, served as the real one is, by Pulumi's SDK. */
const provider: pulumi.provider.Provider = {
  version,
  construct: (name, type, inputs, options) => {
    if (type !== "eks:index:Cluster")
      return Promise.reject(new Error(`the sandbox's stand-in of the eks provider does not know ${type}`));
    const { urn, state } = new Cluster(name, inputs, options);
    return Promise.resolve({ urn, state });
  },
};

endWithParent();
void pulumi.provider.main(provider, process.argv.slice(2));
