// Loads npm's arborist, some hundred modules, when it is asked for: Pulumi's SDK does at each start, and uses it for programs
// alone that make functions of their own code (@pulumi/pulumi/runtime/closure/codePaths.js), which this one does not.
const Module = require("node:module");

const load = Module._load;
Module._load = function (request, parent, ...others) {
  if (request !== "@npmcli/arborist" || !parent?.filename.endsWith("codePaths.js"))
    return load.call(this, request, parent, ...others);
  return {
    Arborist: function (options) {
      const { Arborist } = load.call(Module, request, parent, ...others);
      return new Arborist(options);
    },
  };
};
