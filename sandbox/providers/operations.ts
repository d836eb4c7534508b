import {
  checkResource,
  defaultsKey,
  findMistakes,
  withDefaults,
  type CheckOptions,
  type Failure,
} from "./check";
import { diffObject, diffResource, equal, isEmpty, type PropertyDifference } from "./diff";
import { appearing, NotFound } from "./retry";
import type { Properties, Provider, ResourceType } from "./schema";
import { hasUnknown, isObject, omit, unknown, type Values } from "./values";

/** Properties that Pulumi's SDK or engine adds to a provider's configuration. */
const engineConfig = ["version", "pluginDownloadURL", "__internal", defaultsKey];

/** What a plugin does for each call of the engine, in plain values: the semantics of Pulumi's resources. */
export class Operations<Context> {
  constructor(private readonly provider: Provider<Context>) {}

  checkConfig(given: Values): Failure[] {
    const config = this.parseConfig(given);
    return findMistakes(
      `the provider ${this.provider.name}`,
      this.provider.config,
      config,
      this.provider.name,
    );
  }

  diffConfig(olds: Values, news: Values): PropertyDifference[] {
    return diffObject(this.provider.config, this.parseConfig(olds), this.parseConfig(news), "", false);
  }

  async configure(given: Values): Promise<void> {
    const mistakes = this.checkConfig(given);
    if (mistakes.length > 0) {
      throw new Error(mistakes.map(({ property, reason }) => `${property}: ${reason}`).join("\n"));
    }
    await this.provider.configure(withDefaults(this.provider.config, this.parseConfig(given)));
  }

  check(token: string, news: Values, options: CheckOptions): { inputs: Values; failures: Failure[] } {
    const type = this.type(token);
    const completed = this.provider.complete?.(type, news) ?? news;
    return checkResource(token, type, completed, options);
  }

  async diff(token: string, state: Values, inputs: Values, ignored: string[]) {
    const type = this.type(token);
    const context = () => this.provider.context({ ...state, ...inputs });
    const forced = (await type.replacesWhen?.(state, inputs, context)) ?? [];
    const differences = diffResource(type, state, inputs)
      .filter(({ path }) => !ignored.some((prefix) => isWithin(path, prefix)))
      .map((difference) =>
        forced.includes(difference.path) ? { ...difference, replaces: true } : difference,
      );
    return { differences, deleteBeforeReplace: hasFixedName(type, state, inputs) };
  }

  previewCreate(token: string, inputs: Values): Values {
    return withPending(this.type(token).properties, omit(inputs, defaultsKey));
  }

  /** Makes a resource. `unfinished` says what failed after it was made. */
  async create(token: string, inputs: Values): Promise<{ id: string; state: Values; unfinished?: string }> {
    const type = this.type(token);
    const context = this.provider.context(inputs);
    const made = await told(() => type.create(context, inputs));
    const prior = { ...omit(inputs, defaultsKey), ...made.state };
    try {
      if (type.isAnswered) return { id: made.id, state: prior };
      const read = () => appearing(type.appears, () => this.readBack(token, made.id, prior));
      if (type.afterCreate) {
        await read();
        await type.afterCreate(context, made.id, inputs);
      }
      return { id: made.id, state: await read() };
    } catch (error) {
      if (type.isForgottenUnseen && error instanceof NotFound) throw error;
      return { id: made.id, state: prior, unfinished: tell(error) };
    }
  }

  /** Reads a resource: all of it and what of it are inputs. Without prior state it is an import. */
  async read(token: string, given: string, state: Values, inputs: Values) {
    const type = this.type(token);
    const context = this.provider.context({ ...inputs, ...state });
    const imported = Object.keys(inputs).length === 0 && Object.keys(state).length === 0;
    return told(async () => {
      const source = (imported && (await type.import?.(context, given))) || { id: given, prior: state };
      const found = await type.read(context, source.id, source.prior);
      if (!found) return undefined;
      return {
        id: source.id,
        state: found,
        inputs: imported ? importedInputs(type, found) : refreshedInputs(type.properties, inputs, found),
      };
    });
  }

  previewUpdate(token: string, state: Values, inputs: Values): Values {
    return withKept(this.type(token).properties, state, omit(inputs, defaultsKey));
  }

  /**
   * Changes a resource. `unfinished` says what failed: then the state already has what was wanted, as of every resource
   * on Terraform's older SDK (hashicorp/terraform-plugin-sdk:helper/schema/resource.go, `Resource.Apply`), and Pulumi
   * keeps it as half made (pulumi/pulumi-terraform-bridge:pkg/tfbridge/provider.go, `Update`). So the same update again
   * finds nothing to change: only a refresh sees what is really there.
   */
  async update(
    token: string,
    id: string,
    prior: Values,
    inputs: Values,
  ): Promise<{ state: Values; unfinished?: string }> {
    const type = this.type(token);
    if (!type.update) throw new Error(`${token} cannot be updated in place`);
    const changed = new Set(diffResource(type, prior, inputs).map(({ path }) => path.split(/[.[]/, 1)[0]));
    const context = this.provider.context({ ...prior, ...inputs });
    const wanted = { ...prior, ...omit(inputs, defaultsKey) };
    const made = told(async () => {
      const revealed = await type.update?.(context, id, {
        prior,
        inputs,
        changes: (...keys) => keys.some((key) => changed.has(key)),
      });
      return { state: await this.readBack(token, id, { ...wanted, ...revealed }) };
    });
    if (type.isOfFramework) return made;
    return made.catch((error: unknown) => ({ state: wanted, unfinished: (error as Error).message }));
  }

  async delete(token: string, id: string, state: Values): Promise<void> {
    await told(() => this.type(token).delete(this.provider.context(state), id, state));
  }

  async invoke(token: string, given: Values): Promise<{ values: Values } | { failures: Failure[] }> {
    const known = this.provider.functions[token];
    if (!known)
      throw new Error(notKnown(this.provider, "function", token, Object.keys(this.provider.functions)));
    const failures = findMistakes(token, known.args, given, token);
    if (failures.length > 0) return { failures };
    if (hasUnknown(given))
      throw new Error(`${token} was called with a value that is not known before the update`);
    const args = withDefaults(known.args, given);
    return { values: await told(() => known.call(this.provider.context(args), args)) };
  }

  /** The properties to wrap as secret: those that came so, and those that are secret by nature. */
  secrets(token: string, given: ReadonlySet<string>): Set<string> {
    const born = Object.entries(this.type(token).properties).filter(([, property]) => property.secret);
    return new Set([...given, ...born.map(([key]) => key)]);
  }

  private async readBack(token: string, id: string, prior: Values): Promise<Values> {
    const state = await this.type(token).read(this.provider.context(prior), id, prior);
    if (!state) throw new NotFound(`reading ${token} (${id}): couldn't find resource`);
    return state;
  }

  private type(token: string): ResourceType<Context> {
    const type = this.provider.resources[token];
    if (!type)
      throw new Error(notKnown(this.provider, "resource type", token, Object.keys(this.provider.resources)));
    return type;
  }

  /** Configuration that is not text arrives as JSON in text. */
  private parseConfig(given: Values): Values {
    const entries = Object.entries(given).filter(
      ([key, value]) => !engineConfig.includes(key) && value !== "",
    );
    return Object.fromEntries(
      entries.map(([key, value]) => {
        const isText = this.provider.config[key]?.kind === "string" || value === unknown;
        return [key, isText || typeof value !== "string" ? value : parseJson(value)];
      }),
    );
  }
}

/** What the service fills in is not known before it is asked, in nested objects too. */
function withPending(properties: Properties, inputs: Values): Values {
  const filled = { ...inputs };
  for (const [key, property] of Object.entries(properties)) {
    const value = inputs[key];
    if (value === undefined && (property.output ?? property.computed)) filled[key] = unknown;
    else if (property.kind === "object" && isObject(value))
      filled[key] = withPending(property.properties, value);
  }
  return filled;
}

/** What the service has filled in stays, in nested objects too. */
function withKept(properties: Properties, state: Values, inputs: Values): Values {
  const kept = { ...inputs };
  for (const [key, property] of Object.entries(properties)) {
    const [before, wanted] = [state[key], inputs[key]];
    if (wanted === undefined && (property.output ?? property.computed)) kept[key] = before;
    else if (property.kind === "object" && isObject(before) && isObject(wanted))
      kept[key] = withKept(property.properties, before, wanted);
  }
  return kept;
}

/**
 * Whether a replacement must delete first, because the name was given and stays.
 * Source: pulumi/pulumi-terraform-bridge:pkg/tfbridge/schema.go (`nameRequiresDeleteBeforeReplace`).
 */
function hasFixedName<Context>(type: ResourceType<Context>, state: Values, inputs: Values): boolean {
  const key = type.autoname?.property;
  if (!key || !Array.isArray(inputs[defaultsKey]) || inputs[defaultsKey].includes(key)) return false;
  return inputs[key] !== undefined && inputs[key] === state[key];
}

/** Whether a property path is `parent` or lies in it. */
function isWithin(path: string, parent: string): boolean {
  return path === parent || path.startsWith(`${parent}.`) || path.startsWith(`${parent}[`);
}

/** Inputs after a refresh: what the program gave, with the values that drifted. */
function refreshedInputs(properties: Properties, inputs: Values, state: Values): Values {
  return Object.fromEntries(
    Object.entries(inputs).map(([key, value]) => {
      const property = properties[key];
      return [key, property && !equal(property, state[key], value) ? state[key] : value];
    }),
  );
}

/**
 * Inputs that would have made an imported resource: without what is so by default, and of two that exclude each other the
 * first by name.
 * Source: pulumi/pulumi-terraform-bridge:pkg/tfbridge/schema.go (`extractSchemaInputsObject`) and deconflict.go.
 */
function importedInputs({ properties, conflicts = [] }: ResourceType<never>, state: Values): Values {
  const given = Object.entries(state).filter(([key, value]) => {
    const property = properties[key];
    if (!property || property.output) return false;
    return property.required === true || !(isEmpty(value) || value === property.default);
  });
  const inputs = Object.fromEntries(given);
  const dropped = conflicts.flatMap((pair) =>
    pair.every((key) => inputs[key] !== undefined) ? [...pair].sort().slice(1) : [],
  );
  return { ...omit(inputs, ...dropped), [defaultsKey]: [] };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function notKnown(provider: { name: string }, what: string, token: string, known: string[]): string {
  return (
    `the sandbox's stand-in of the ${provider.name} provider does not know the ${what} ${token}. ` +
    `It knows: ${known.sort().join(", ")}`
  );
}

/** Runs calls of a service; errors read as those of the real provider, which collects them in a list of one. */
async function told<T>(calls: () => Promise<T>): Promise<T> {
  try {
    return await calls();
  } catch (error) {
    throw Object.assign(new Error(tell(error)), { cause: error });
  }
}

function tell(error: unknown): string {
  return `1 error occurred:\n\t* ${(error as Error).message}\n\n`;
}
