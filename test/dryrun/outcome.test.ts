import { expect } from "chai";
import { describe, it } from "mocha";
import { parseObjects } from "../../dryrun/kubernetesObjects";
import { judgeFailure, type State } from "../../dryrun/outcome";

const rendered = parseObjects(`apiVersion: v1
kind: Namespace
metadata: {name: new}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec: {group: example.com, names: {kind: Widget}}
---
apiVersion: example.com/v1
kind: Widget
metadata: {name: one, namespace: new}
---
apiVersion: other.example.com/v1
kind: Widget
metadata: {name: two, namespace: old}
`);

function stateOf(index: number, message: string): State | undefined {
  const object = rendered[index];
  return object && judgeFailure(object, message, rendered).state;
}

describe("a failed dry run of an object is", () => {
  const first = 2;
  const cases: [message: string, state: State][] = [
    ['The Job "j" is invalid: spec.template: Invalid value: field is immutable', "refused"],
    ['Error from server (BadRequest): unknown field "spec.replica"', "refused"],
    [
      'Error from server (Forbidden): admission webhook "policy.example.com" denied the request: no',
      "refused",
    ],
    ['Error from server (Forbidden): pods "a" is forbidden: exceeded quota: compute', "refused"],
    ["error: from a-: cannot use generate name with apply", "refused"],
    ['Error from server (NotFound): namespaces "gone" not found', "refused"],
    ['Error from server (NotFound): namespaces "new" not found', "not checked"],
    ['no matches for kind "Widget" in version "example.com/v1"', "not checked"],
    [
      'Error from server (Forbidden): w is forbidden: User "r" cannot patch resource "widgets" in API group',
      "failed",
    ],
    ["error: You must be logged in to the server (Unauthorized)", "failed"],
    ["Unable to connect to the server: dial tcp 10.0.0.1:443: i/o timeout", "failed"],
    [
      "The connection to the server 10.0.0.1:443 was refused - did you specify the right host or port?",
      "failed",
    ],
    [
      'error: unable to recognize "a.yaml": Get "https://10.0.0.1/api": dial tcp 10.0.0.1:443: connect: connection refused',
      "failed",
    ],
    [
      'error: error validating "STDIN": error validating data: failed to download openapi: the server could',
      "failed",
    ],
    ["Error from server (TooManyRequests): slow down", "failed"],
    ['Error from server (InternalError): failed calling webhook "a": no endpoints', "failed"],
    ['Error from server (BadRequest): admission webhook "a" does not support dry run', "failed"],
  ];
  for (const [message, state] of cases) {
    it(`${state}: ${message}`, () => {
      expect(stateOf(first, message)).to.equal(state);
    });
  }

  it("refused where the definition that comes with the change is one of another group", () => {
    expect(stateOf(3, 'no matches for kind "Widget" in version "other.example.com/v1"')).to.equal("refused");
  });
});
