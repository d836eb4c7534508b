import {
  boolCoreTag,
  defineScalarTag,
  FAILSAFE_SCHEMA,
  floatCoreTag,
  intCoreTag,
  load,
  loadAll,
  NOT_RESOLVED,
  nullCoreTag,
  Schema,
} from "js-yaml";

/** What a YAML text holds. */
export interface Parsed {
  value: unknown;
  /**
   * Whether some unquoted text in it means one thing in YAML 1.1, which kubectl reads, and another in YAML 1.2, or a
   * number does not fit in 53 bits. Then the value is good for names, and not to be compared.
   */
  isAmbiguous: boolean;
}

/** Unquoted texts that YAML 1.1 (gopkg.in/yaml.v2:resolve.go) and 1.2 read differently, or that JavaScript rounds. */
const ambiguous = [
  /^(?:y|yes|n|no|on|off|=|<<)$/i,
  /^[-+]?0[\d_]+$/,
  /^[-+]?0[xob][\da-f_]+$/i,
  /^[-+]?[\d.][\d_.]*_/,
  /^\+[\d.]/,
  /^[-+]?(?:\d+\.?\d*|\.\d+)e[-+]?\d+$/i,
  /^[-+]?(?:\.\d+|\d+\.)$/,
  /^[-+]?\.(?:inf|nan)$/i,
  /^-?\d+:\d/,
  /^\d{4}-\d\d?-\d\d?/,
  /^-?\d{16,}/,
  /^-?\d*\.\d{15,}$/,
];

let sawAmbiguous = false;

const watcher = defineScalarTag<never>("tag:eks-dryrun-runner,2026:ambiguous", {
  implicit: true,
  resolve: (source) => {
    sawAmbiguous ||= ambiguous.some((pattern) => pattern.test(source));
    return NOT_RESOLVED;
  },
  identify: () => false,
});

// Tags are tried in this order: the watcher sees each unquoted text before another tag takes it.
const schema = new Schema([
  ...FAILSAFE_SCHEMA.tags,
  watcher,
  nullCoreTag,
  boolCoreTag,
  intCoreTag,
  floatCoreTag,
]);

/**
 * Reads one YAML document. An empty one is `undefined`.
 * @throws YAMLException, whose message quotes the text.
 */
export function parseYaml(text: string): Parsed {
  if (/^(?:\s*(?:#.*)?\n?)*$/.test(text.slice(0, 500)) && isEmpty(text)) {
    return { value: undefined, isAmbiguous: false };
  }
  sawAmbiguous = false;
  const value = load(text, { schema });
  return { value, isAmbiguous: sawAmbiguous };
}

/**
 * The values of all documents of a text. Unknown tags and repeated fields are mistakes.
 * @throws YAMLException, whose message quotes the text.
 */
export function parseAllYaml(text: string): unknown[] {
  return loadAll(text, { schema });
}

function isEmpty(text: string): boolean {
  return text.split("\n").every((line) => /^\s*(?:#.*)?$/.test(line));
}
