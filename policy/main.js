// Pulumi starts a policy pack with ts-node's type check, and no option of a pack turns it off: each preview would wait for
// the types of all of AWS to be read. `npm run typecheck` checks the pack too. Pulumi's registration is
// switched off, not only followed by another: it hooks .js too, which the other one calls.
process[Symbol.for("ts-node.register.instance")]?.enabled(false);
require("ts-node").register({ transpileOnly: true });
require("./index.ts");
