import { randomUUID } from "node:crypto";
import type { AwsRequest } from "./request";

/** An answer that AWS gives as an error. */
export class AwsError extends Error {
  /**
   * @param code AWS error code, such as `DependencyViolation`
   * @param status HTTP status. @default 400
   */
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

/** Writes an error in the protocol of the request: https://smithy.io/2.0/aws/protocols/index.html */
export function errorResponse(request: AwsRequest, error: AwsError): Response {
  const details = `<Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message>`;
  const requestId = randomUUID();
  if (request.service === "ec2")
    return xml(
      error.status,
      `<Response><Errors><Error>${details}</Error></Errors><RequestID>${requestId}</RequestID></Response>`,
    );
  if (request.service === "s3") return xml(error.status, `<Error>${details}</Error>`);
  if (request.protocol === "query")
    return xml(
      error.status,
      `<ErrorResponse><Error><Type>Sender</Type>${details}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
    );
  return jsonResponse({ __type: error.code, message: error.message }, error.status, {
    "x-amzn-errortype": error.code,
  });
}

/** An answer of a JSON protocol. */
export function jsonResponse(body: object, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": randomUUID(), ...headers },
  });
}

/** An answer of the query protocol. @param fields of the result, by name; nested ones too */
export function queryResponse(operation: string, fields: Fields): Response {
  const result = `<${operation}Result>${elements(fields)}</${operation}Result>`;
  const metadata = `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>`;
  return xml(200, `<${operation}Response>${result}${metadata}</${operation}Response>`);
}

interface Fields {
  [name: string]: string | Fields;
}

function elements(fields: Fields): string {
  return Object.entries(fields)
    .map(
      ([name, value]) =>
        `<${name}>${typeof value === "string" ? escapeXml(value) : elements(value)}</${name}>`,
    )
    .join("");
}

function xml(status: number, body: string): Response {
  return new Response(`<?xml version="1.0" encoding="UTF-8"?>\n${body}`, {
    status,
    headers: { "content-type": "text/xml;charset=UTF-8" },
  });
}

const escapeXml = (text: string) =>
  text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
