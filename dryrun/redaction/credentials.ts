/** Words that make the name of a setting that of a credential, in lower case. */
const credentialWords = new Set(
  "password passwords passwd pwd pass passphrase secret secrets token tokens credential credentials apikey".split(
    " ",
  ),
);

/** Pairs of words that do, such as `API_KEY` and `privateKey`. */
const credentialPairs = new Set(
  [
    "api",
    "access",
    "private",
    "secret",
    "signing",
    "encryption",
    "account",
    "master",
    "license",
    "shared",
    "app",
    "auth",
    "jwt",
    "client",
  ].map((word) => `${word} key`),
);

/** Last words of names that tell about a credential and hold none, such as `TOKEN_TTL` and `secretName`. */
const harmlessLastWords = new Set(
  (
    "name names ref refs file files path paths dir mount ttl url uri endpoint issuer audience audiences type types " +
    "length min max timeout expiry expiration expires seconds minutes hours days age enabled disabled required " +
    "policy algorithm alg header headers provider store namespace version rotation count limit class kind"
  ).split(" "),
);

/** Whether a setting of this name usually holds a credential. */
export function namesCredential(name: string): boolean {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter(Boolean);
  if (harmlessLastWords.has(words.at(-1) ?? "")) return false;
  return words.some(
    (word, index) =>
      credentialWords.has(word.replace(/\d+$/, "")) ||
      credentialPairs.has(`${words[index - 1] ?? ""} ${word}`),
  );
}

/** Values that no credential has, whatever they are called. */
export function isHarmlessValue(value: string): boolean {
  return /^(?:true|false|yes|no|on|off|null|none|nil|default|localhost|enabled|disabled|\d{1,5}|\*+|)$/i.test(
    value.trim(),
  );
}

/**
 * Shapes of well-known credentials, wherever they stand. What is tried at every place has a limit: a manifest can be a
 * megabyte of beginnings.
 * Sources: the services' own descriptions of their tokens, such as
 * https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats
 * and https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes
 */
export const credentialShapes: RegExp[] = [
  /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/g,
  /\bgh[opsur]_[A-Za-z\d]{30,}/g,
  /\bgithub_pat_\w{30,}/g,
  /\bglpat-[\w-]{20,}/g,
  /\bxox[abeoprs]-[\w-]{10,}/g,
  /\bxapp-[\w-]{10,}/g,
  /\bhooks\.slack\.com\/services\/[\w/]+/g,
  /\b[rs]k_(?:live|test)_\w{16,}/g,
  /\bAIza[\w-]{35}/g,
  /\bya29\.[\w-]{20,}/g,
  /\bnpm_[A-Za-z\d]{36}/g,
  /\bpypi-[\w-]{20,}/g,
  /\bdop_v1_[a-f\d]{64}/g,
  /\bSG\.[\w-]{16,}\.[\w-]{16,}/g,
  /\bsk-[\w-]{20,}/g,
  /\bpul-[a-f\d]{40}/g,
  /\bhv[sb]\.[\w-]{20,}/g,
  // A JSON Web Token, which a ServiceAccount's token is too.
  /\beyJ[\w-]{8,4096}\.eyJ[\w-]{8,}\.[\w-]*/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  // The password in a URL.
  /(?<=\b[a-z][a-z\d+.-]{0,64}:\/\/[^\s:/@"']{0,1024}:)[^\s@"']{1,4096}(?=@)/gi,
  /(?<=\b(?:Bearer|Basic)\s{1,8})[\w~+/.=-]{12,}/gi,
];
