import { isFailingWebhook } from "../kubernetes/api";
import type { Reason, Verdict } from "../report/types";
import { asMap, asText, type Json } from "../render/objects";

/** What comes of one object, apart from its name. */
export interface Finding {
  verdict: Verdict;
  reason?: Reason;
  message?: string;
  diff?: string;
}

/** A refusal of the API server, as it said it itself or as kubectl passes it on. */
export interface Refusal {
  /** HTTP status code; 0 if no answer came. */
  code: number;
  message: string;
  /** The single causes, where the server names them. */
  causes: string[];
}

/** The refusal in an answer of the API server, which is a `Status`. */
export function refusalOf({ code, body }: { code: number; body: Json }): Refusal {
  const causes = asMap(body.details).causes;
  return {
    code,
    message: asText(body.message) || `the API server answers ${String(code)}`,
    causes: Array.isArray(causes) ? causes.map((cause) => asText(asMap(cause).message)) : [],
  };
}

/**
 * How validation says that a field cannot be changed: kubernetes/apimachinery:pkg/api/validation/objectmeta.go, and in
 * kubernetes/kubernetes pkg/apis/{apps,batch,core,rbac,storage}/validation/validation.go. Rules of custom resources
 * are free text; the usual words are taken.
 */
const immutable =
  /field is immutable|\bis immutable\b|\bimmutable\b.*(?:field|after|once)|may not change once set|updates to .* (?:are|is) forbidden|pod updates may not change fields|cannot be changed|can not be changed/i;

/** What the refusal of an object's dry run means. Messages: see the patterns' sources below. */
export function findingOf(refusal: Refusal, isThere: boolean): Finding {
  const { code, message } = refusal;
  const notChecked = (reason: Reason): Finding => ({ verdict: "not-checked", reason, message });
  // kubernetes/apiserver:pkg/admission/plugin/webhook/errors/statuserror.go and webhook/validating/dispatcher.go
  if (/does not support dry[ -]?run/i.test(message)) return notChecked("webhook-without-dry-run");
  if (isFailingWebhook(message)) return notChecked("webhook-failed");
  // kubernetes/apiserver:pkg/endpoints/handlers/responsewriters/errors.go
  if (code === 403 && /User ".*" cannot \S+ resource/.test(message)) {
    return { ...notChecked("no-rights"), message: `${message} (run npm run guard)` };
  }
  if (code === 401) return notChecked("no-rights");
  if (code === 409 && isThere && /conflict/i.test(message)) return notChecked("field-conflict");
  if ([0, 408, 429].includes(code) || code >= 500) return notChecked("server-error");
  if (code === 422 && isThere && isOnlyImmutable(refusal)) return { verdict: "needs-replace", message };
  return { verdict: "would-fail", message };
}

function isOnlyImmutable({ message, causes }: Refusal): boolean {
  return (causes.length > 0 ? causes : [message]).every((cause) => immutable.test(cause));
}

/** HTTP status codes of the reasons that kubectl names (kubernetes/apimachinery:pkg/api/errors/errors.go). */
const codes: Record<string, number> = {
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  AlreadyExists: 409,
  Conflict: 409,
  Invalid: 422,
  BadRequest: 400,
  MethodNotAllowed: 405,
  RequestEntityTooLarge: 413,
  UnsupportedMediaType: 415,
  TooManyRequests: 429,
  InternalError: 500,
  ServiceUnavailable: 503,
  Timeout: 504,
  ServerTimeout: 500,
};

/**
 * The refusal in what kubectl wrote about one object (kubernetes/kubectl:pkg/cmd/util/helpers.go). The patch, which it
 * prints too, is left out.
 */
export function refusalFromKubectl(stderr: string): Refusal {
  const text = stderr
    .split("\n")
    .filter((line) => !/^Warning: |^W\d{4} /.test(line))
    .join("\n")
    .trim();
  const message = text
    .replace(/^Error from server(?: \(\w+\))?: |^error: /, "")
    .replace(/error when applying patch:\n[^]*?\nfor: "[^"]*": /, "")
    .replace(/^(?:error when (?:creating|patching|retrieving[^:]*|replacing) "[^"]*": )+/, "");
  const reason = /^Error from server \((\w+)\)/.exec(text)?.[1];
  if (reason) return { code: codes[reason] ?? 500, message, causes: [] };
  // A webhook need not give a reason, and then kubectl names none: admission/v1 AdmissionResponse.status.
  if (/^admission webhook ".*" denied the request/.test(message)) return { code: 403, message, causes: [] };
  if (/^The \S+ ".*" is invalid/.test(text) || / is invalid: /.test(message)) {
    return { code: 422, message, causes: causesIn(message) };
  }
  return { code: isConnection.test(text) ? 0 : 400, message, causes: [] };
}

/** How kubectl says that no answer came: its own words, and those of Go's net, net/http and http2. */
const isConnection =
  /Unable to connect to the server|The connection to the server|connection refused|connection reset|connection lost|closed network connection|broken pipe|\bEOF\b|GOAWAY|no route to host|network is unreachable|request canceled|i\/o timeout|TLS handshake|deadline exceeded|failed to download openapi|You must be logged in|Error from server/;

/** kubectl writes several causes as lines of a list. */
function causesIn(message: string): string[] {
  const listed = message.split("\n").filter((line) => line.startsWith("* "));
  return listed.length > 0 ? listed : [message];
}
