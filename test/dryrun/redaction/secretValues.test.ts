import { expect } from "chai";
import fc from "fast-check";
import { describe, it } from "mocha";
import { createRedactor } from "../../../dryrun/redaction/redact";
import { base64, canary, leaksOf, writings } from "./canary";

const secret = (fields: object) => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "db" },
  ...fields,
});
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/** Manifests that hold a value as a Secret's, by where it is. */
const places: Record<string, (value: string) => object> = {
  data: (value) => secret({ data: { key: base64(value) } }),
  stringData: (value) => secret({ stringData: { key: value } }),
  "data of a List's item": (value) => ({ kind: "List", items: [secret({ data: { key: base64(value) } })] }),
  "the annotation that kubectl apply leaves": (value) =>
    secret({
      metadata: {
        name: "db",
        annotations: { [lastApplied]: JSON.stringify(secret({ data: { key: base64(value) } })) },
      },
    }),
  "a template of another kind": (value) => ({
    kind: "Bundle",
    spec: { objects: [secret({ stringData: { key: value } })] },
  }),
  "JSON in a Secret": (value) =>
    secret({
      data: { ".dockerconfigjson": base64(JSON.stringify({ auths: { host: { password: value } } })) },
    }),
  "a ConfigMap's key that is called like a credential": (value) => ({
    kind: "ConfigMap",
    metadata: { name: "c" },
    data: { DB_PASSWORD: value },
  }),
  "a container's variable that is called like a credential": (value) => ({
    kind: "Deployment",
    spec: { template: { spec: { containers: [{ env: [{ name: "API_TOKEN", value }] }] } } },
  }),
};

describe("values of Secrets", () => {
  for (const [place, manifest] of Object.entries(places)) {
    it(`in ${place} are found however they are written`, () => {
      fc.assert(
        fc.property(canary, (value) => {
          expect(leaksOf(value, createRedactor([manifest(value)]))).to.deep.equal([]);
        }),
        { numRuns: 150 },
      );
    });
  }

  it("would be seen in every way of writing without redaction: the test can fail", () => {
    const nothingKnown = createRedactor([]);
    const found = leaksOf("abcd12efgh and ijkl34mnop", nothingKnown).map((leak) => leak.split(":")[0]);
    // That one is a Secret's by its own words.
    const known = "an annotation of kubectl";
    expect([...found, known]).to.have.members(Object.keys(writings));
  });

  it("are found in part where the server cut them off", () => {
    const value = "abcd12efgh-ijkl34mnop-qrst56uvwx-yzab78cdef";
    const redactor = createRedactor([secret({ data: { key: base64(value) } })]);
    for (const text of [
      value.slice(0, 30),
      value.slice(8),
      base64(value).slice(0, 40),
      base64(value).slice(5, 36),
    ]) {
      expect(redactor.text(`Invalid value: "${text}..."`)).to.equal('Invalid value: "***..."');
    }
  });

  it("are found line by line where a text has several", () => {
    const redactor = createRedactor([secret({ stringData: { key: "user=abcd12efgh\npass=ijkl34mnop\n" } })]);
    expect(redactor.text("saw ijkl34mnop there")).to.equal("saw *** there");
    expect(redactor.text("saw user=abcd12efgh there")).to.equal("saw *** there");
  });

  it("of binary data are found as they are encoded", () => {
    const bytes = Buffer.from([0, 255, 254, 1, 2, 3, 200, 201, 202, 203, 204, 205, 206, 207, 208]);
    const redactor = createRedactor([secret({ data: { key: bytes.toString("base64") } })]);
    expect(redactor.text(`has ${bytes.toString("base64")} in it`)).to.equal("has *** in it");
  });

  it("that are numbers are found", () => {
    const redactor = createRedactor([secret({ stringData: { pin: 4711471147 } })]);
    expect(redactor.text("pin 4711471147")).to.equal("pin ***");
  });

  it("that are ordinary words are found where they stand alone, and leave other names readable", () => {
    const redactor = createRedactor([
      secret({ stringData: { user: "postgres", port: "54321", on: "true", x: "a" } }),
    ]);
    expect(
      redactor.text("user postgres, image: postgres:16, host postgres.example.org, pre-postgres"),
    ).to.equal("user ***, image: postgres:16, host postgres.example.org, pre-postgres");
    expect(redactor.text('"postgres" true a')).to.equal('"***" true a');
  });

  it("that are names of objects in the same overlay leave those readable", () => {
    const redactor = createRedactor([
      secret({ stringData: { host: "db" } }),
      { kind: "X", metadata: { name: "db" } },
    ]);
    expect(redactor.text("name: db")).to.equal("name: db");
  });

  it("change nothing in a text without them", () => {
    const redactor = createRedactor([secret({ stringData: { key: "abcd12efgh" } })]);
    const diff = " spec:\n-  replicas: 1\n+  replicas: 2\n   template:\n     secretName: web-tls\n";
    expect(redactor.text(diff)).to.equal(diff);
  });

  it("stay masked when a text is redacted twice", () => {
    fc.assert(
      fc.property(canary, (value) => {
        const redactor = createRedactor([secret({ stringData: { key: value } })]);
        const once = redactor.text(`a ${value} b`);
        expect(redactor.text(once)).to.equal(once);
      }),
    );
  });

  it("of 100 Secrets are looked for in 300 differences within a moment", () => {
    const secrets = Array.from({ length: 100 }, (_, index) =>
      secret({ data: { key: base64(`abcd12efgh-${String(index)}-${"x1y2".repeat(50)}`) } }),
    );
    const redactor = createRedactor(secrets);
    const diff = "-  replicas: 1\n+  replicas: 2\n   image: example.org/app:1.2.3\n".repeat(30);
    const start = performance.now();
    for (let count = 0; count < 300; count += 1) redactor.text(diff);
    expect(performance.now() - start).to.be.lessThan(4_000);
  });
});

describe("a redacted object", () => {
  const value = "abcd12efgh";
  const redactor = createRedactor([
    secret({ stringData: { key: value, state: "changes", env: "ja-production" } }),
  ]);

  it("is a copy with every text masked, and with names and our own words as they were", () => {
    const report = {
      environment: "ja-production",
      state: "changes",
      problem: `cannot read ${value}`,
      objects: [
        {
          kind: "Deployment",
          name: "api",
          verdict: "would-fail",
          message: `denied: ${base64(value)}`,
          diff: `+${value}`,
        },
      ],
      uncoveredFiles: [`a/${value}`],
    };
    const before = structuredClone(report);
    expect(redactor.object(report)).to.deep.equal({
      environment: "ja-production",
      state: "changes",
      problem: "cannot read ***",
      objects: [
        { kind: "Deployment", name: "api", verdict: "would-fail", message: "denied: ***", diff: "+***" },
      ],
      uncoveredFiles: ["a/***"],
    });
    expect(report).to.deep.equal(before);
  });

  it("has no value of a Secret left that nobody had told of", () => {
    expect(createRedactor([]).object(secret({ data: { a: "eA==" }, stringData: { b: "y" } }))).to.deep.equal(
      secret({ data: { a: "***" }, stringData: { b: "***" } }),
    );
  });

  it("has the values of ConfigMaps and variables masked that are called like credentials", () => {
    const manifest = {
      kind: "ConfigMap",
      data: { DB_PASSWORD: "x y", name: `the ${value}`, LEVEL: "info" },
      env: [
        { name: "API_KEY", value: "z" },
        { name: "LEVEL", value: "debug" },
      ],
    };
    expect(createRedactor([]).object(manifest)).to.deep.equal({
      ...manifest,
      data: { DB_PASSWORD: "***", name: `the ${value}`, LEVEL: "info" },
      env: [
        { name: "API_KEY", value: "***" },
        { name: "LEVEL", value: "debug" },
      ],
    });
    expect(redactor.object(manifest).data.name).to.equal("the ***");
  });
});
