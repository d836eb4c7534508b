import { expect } from "chai";
import { describe, it } from "mocha";
import { judge, type Judgement } from "../../../operations/doctor/policy";

const document = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const allow = { Effect: "Allow", Action: "logs:*", Resource: "*" };
const request = { action: "logs:PutLogEvents", resource: "arn:log", context: { "aws:SourceAccount": "1" } };

const cases: [string, object[], Judgement][] = [
  ["nothing allows it", [], "denied"],
  ["a statement allows it", [allow], "allowed"],
  ["actions differ in case alone", [{ ...allow, Action: "LOGS:putlogevents" }], "allowed"],
  ["the resource is another", [{ ...allow, Resource: ["arn:other"] }], "denied"],
  ["a denial stands against it", [allow, { ...allow, Effect: "Deny" }], "denied"],
  [
    "all but it is denied",
    [allow, { Effect: "Deny", NotAction: "logs:PutLogEvents", Resource: "*" }],
    "allowed",
  ],
  ["all but its resource is allowed", [{ Effect: "Allow", Action: "*", NotResource: "arn:log" }], "denied"],
  [
    "its condition holds",
    [{ ...allow, Condition: { StringEquals: { "aws:sourceaccount": ["1"] } } }],
    "allowed",
  ],
  [
    "its condition does not hold",
    [{ ...allow, Condition: { StringEquals: { "aws:SourceAccount": "2" } } }],
    "denied",
  ],
  [
    "its condition is about something unknown",
    [{ ...allow, Condition: { Bool: { "aws:SecureTransport": "true" } } }],
    "unclear",
  ],
  [
    "a denial may stand against it",
    [allow, { ...allow, Effect: "Deny", Condition: { IpAddress: { "aws:SourceIp": "::/0" } } }],
    "unclear",
  ],
];

describe("doctor's reading of policies", () => {
  for (const [what, statements, judgement] of cases) {
    it(`says ${judgement} where ${what}`, () => {
      expect(judge([document(...statements)], request)).to.equal(judgement);
    });
  }

  it("reads documents as IAM's API gives them", () => {
    expect(judge([encodeURIComponent(document(allow))], request)).to.equal("allowed");
  });
});
