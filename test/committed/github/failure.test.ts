import { expect } from "chai";
import { describe, it } from "mocha";
import { type Failure, failureOf, messageOf } from "../../../committed/github/failure";

const date = "Tue, 24 Nov 2026 10:00:00 GMT";
const now = Date.parse(date) / 1000;

const cases: [title: string, error: object, failure: Failure][] = [
  ["a server error", { status: 502 }, { kind: "again" }],
  ["a 429", { status: 429 }, { kind: "again", seconds: 60 }],
  [
    "a limit with a time",
    { status: 403, response: { headers: { "retry-after": "7" } } },
    { kind: "again", seconds: 7 },
  ],
  [
    "a limit that is used up",
    {
      status: 403,
      response: { headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(now + 90), date } },
    },
    { kind: "again", seconds: 90 },
  ],
  [
    "a secondary limit that names no time",
    { status: 403, message: "You have exceeded a secondary rate limit." },
    { kind: "again", seconds: 60 },
  ],
  [
    "a token without the right",
    { status: 403, message: "Resource not accessible by integration" },
    { kind: "forbidden" },
  ],
  ["a refusal of the content", { status: 422 }, { kind: "final" }],
  ["a mistake of the program", new TypeError("undefined is not a function"), { kind: "final" }],
];

describe("a request to GitHub that failed", () => {
  for (const [title, error, failure] of cases) {
    it(`is read: ${title}`, () => {
      expect(failureOf(error)).to.deep.equal(failure);
    });
  }

  it("is told in one line", () => {
    expect(messageOf(Object.assign(new Error("a\n::error::b"), { status: 500 }))).to.equal(
      "500 a ::error::b",
    );
  });
});
