import { expect } from "chai";
import { describe, it } from "mocha";
import { findingOf, refusalFromKubectl, refusalOf } from "../../dryrun/check/failure";

describe("a refusal of the API server means", () => {
  const cases: [code: number, message: string, meaning: string][] = [
    [422, 'Job.batch "j" is invalid: spec.template: Invalid value: {}: field is immutable', "needs-replace"],
    [
      422,
      'StatefulSet.apps "s" is invalid: spec: Forbidden: updates to statefulset spec for fields other than x are forbidden',
      "needs-replace",
    ],
    [
      422,
      'Deployment.apps "d" is invalid: spec.replicas: Invalid value: -1: must be 0 or more',
      "would-fail",
    ],
    [400, 'strict decoding error: unknown field "spec.replica"', "would-fail"],
    [403, 'admission webhook "policy.example.com" denied the request: no', "would-fail"],
    [403, 'pods "a" is forbidden: exceeded quota: compute', "would-fail"],
    [403, 'w is forbidden: User "r" cannot patch resource "widgets" in API group "example.com"', "no-rights"],
    [401, "Unauthorized", "no-rights"],
    [409, 'Apply failed with 1 conflict: conflict with "other": .data.a', "field-conflict"],
    [400, 'admission webhook "a.example.com" does not support dry run', "webhook-without-dry-run"],
    [500, 'Internal error occurred: failed calling webhook "a.example.com": no endpoints', "webhook-failed"],
    [429, "too many requests", "server-error"],
    [503, "the server is currently unable to handle the request", "server-error"],
    [0, "connect ECONNREFUSED", "server-error"],
  ];
  for (const [code, message, meaning] of cases) {
    it(`${meaning}: ${String(code)} ${message}`, () => {
      const { verdict, reason } = findingOf(refusalOf({ code, body: { message } }), true);
      expect(reason ?? verdict).to.equal(meaning);
    });
  }

  it("would-fail where only some of the causes are immutable fields: deleting it would not help", () => {
    const causes = [{ message: "Invalid value: field is immutable" }, { message: "must be 0 or more" }];
    const body = { message: "field is immutable, must be 0 or more", details: { causes } };
    expect(findingOf(refusalOf({ code: 422, body }), true).verdict).to.equal("would-fail");
  });

  it("would-fail where a new object calls a field immutable", () => {
    expect(findingOf({ code: 422, message: "field is immutable", causes: [] }, false).verdict).to.equal(
      "would-fail",
    );
  });
});

describe("a refusal that kubectl passes on", () => {
  for (const end of [
    "EOF",
    "http2: client connection lost",
    "write: broken pipe",
    "context deadline exceeded",
  ])
    it(`is no answer where it ends with ${end}`, () => {
      const text = `error: error when applying patch:\n{}\nto:\n\nfor: "STDIN": error when patching "STDIN": Patch "https://a/b": ${end}\n`;
      expect(refusalFromKubectl(text).code).to.equal(0);
    });

  it("loses the patch that kubectl prints with it", () => {
    const refusal = refusalFromKubectl(
      'Warning: old\nError from server (Forbidden): error when applying patch:\n{"stringData":{"a":"hidden"}}\nto:\n' +
        'Resource: "/v1, Resource=secrets"\nName: "a"\nfor: "STDIN": error when patching "STDIN": denied by quota\n',
    );
    expect(refusal).to.deep.equal({ code: 403, message: "denied by quota", causes: [] });
  });

  it("is known as invalid, with its causes one by one", () => {
    const { code, causes } = refusalFromKubectl(
      'The Deployment "a" is invalid: \n* spec.replicas: must be 0 or more\n* spec.selector: field is immutable\n',
    );
    expect(code).to.equal(422);
    expect(causes).to.have.length(2);
  });

  it("is known as a webhook's where that gives no reason, which kubectl would name", () => {
    const refusal = refusalFromKubectl(
      'Error from server: error when applying patch:\n{"data":{"a":"b"}}\nto:\nName: "a"\nfor: "STDIN": error when patching ' +
        '"STDIN": admission webhook "policy.example.com" denied the request: no\n',
    );
    expect(refusal.message).to.equal('admission webhook "policy.example.com" denied the request: no');
    expect(findingOf(refusal, true).verdict).to.equal("would-fail");
  });

  it("is no refusal of the manifest where the server was not reached", () => {
    const text = "Unable to connect to the server: dial tcp 10.0.0.1:443: i/o timeout";
    expect(findingOf(refusalFromKubectl(text), true).reason).to.equal("server-error");
  });
});
