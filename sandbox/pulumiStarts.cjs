// What @pulumi/pulumi does in every process and hardly any program has a use for, left until somebody has.
const Module = require("node:module");

const load = Module._load;
const seen = new WeakSet();

Module._load = function (request, parent, ...others) {
  const loadNow = () => load.call(this, request, parent, ...others);
  // Only functions that are serialised need npm's view of the dependencies; to load it is a tenth of a program's run.
  if (request === "@npmcli/arborist" && /[\\/]codePaths\.js$/.test(parent?.filename)) return later(loadNow);
  const loaded = loadNow();
  // node_modules/@pulumi/pulumi/runtime/debuggable.js, as the files around it name it.
  if (/\/debuggable$/.test(request) && loaded.debuggablePromise) leaveOutTraces(loaded);
  return loaded;
};

/** A module that is loaded when something of it is asked for. */
function later(loadModule) {
  let loaded;
  const get = (name) => (loaded ??= loadModule())[name];
  // Compiled imports ask for this first, and would copy all members of another kind of module.
  return new Proxy({}, { get: (_, name) => (name === "__esModule" ? true : get(name)) });
}

/**
 * With each promise it is noted where it was made, to be read where one never settles and PULUMI_DEBUG_PROMISE_LEAKS is set.
 * ts-node looks up source maps for each note: more than half of what tests of components computed.
 */
function leaveOutTraces(debuggable) {
  if (seen.has(debuggable) || process.env.PULUMI_DEBUG_PROMISE_LEAKS) return;
  seen.add(debuggable);
  const { debuggablePromise } = debuggable;
  debuggable.debuggablePromise = (...given) => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(...given);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  };
}
