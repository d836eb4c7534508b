import { expect } from "chai";
import { describe, it } from "mocha";
import { namesCredential } from "../../../dryrun/redaction/credentials";
import { createRedactor } from "../../../dryrun/redaction/redact";

const redacted = (text: string) => createRedactor([]).text(text);

describe("names of credentials", () => {
  const credentials =
    "password DB_PASSWORD dbPassword redis-pwd PASSPHRASE clientSecret SECRET_KEY api_key apiKey AWS_SECRET_ACCESS_KEY " +
    "GITHUB_TOKEN token1 spring.datasource.password SECRET_KEY_BASE privateKey DJANGO_SECRET credentials ENCRYPTION_KEY " +
    "DB_PASS smtpPass APP_KEY JWT_KEY";
  const others =
    "secretName TOKEN_TTL PASSWORD_FILE passwordSecretRef tokenExpirationSeconds TOKEN_URL key name keyboard secretary " +
    "PASSWORD_MIN_LENGTH compass tokenizer LOG_LEVEL secretNamespace imagePullPolicy monkey";

  for (const name of credentials.split(" ")) {
    it(`include ${name}`, () => {
      expect(namesCredential(name)).to.equal(true);
    });
  }
  for (const name of others.split(" ")) {
    it(`do not include ${name}`, () => {
      expect(namesCredential(name)).to.equal(false);
    });
  }
});

describe("values that are called like credentials", () => {
  it("are masked in a difference of a ConfigMap, the old value as the new", () => {
    expect(redacted(" data:\n   LEVEL: info\n-  DB_PASSWORD: old one\n+  DB_PASSWORD: new one\n")).to.equal(
      " data:\n   LEVEL: info\n-  DB_PASSWORD: ***\n+  DB_PASSWORD: ***\n",
    );
  });

  it("are masked in a difference of a container's variables", () => {
    const diff = (one: string, other: string) =>
      `         - name: API_TOKEN\n-          value: ${one}\n+          value: ${other}\n         - name: LEVEL\n           value: info\n`;
    expect(redacted(diff("old", "new"))).to.equal(diff("***", "***"));
  });

  it("are masked over all of their lines", () => {
    expect(redacted("   password: |-\n-    one\n+    two: x\n+\n+    three\n   next: 1")).to.equal(
      "   password: |-\n-    ***\n+    ***\n+\n+    ***\n   next: 1",
    );
    expect(redacted("password: one\n  two\nnext: 1")).to.equal("password: ***\n  ***\nnext: 1");
  });

  it("are masked in JSON, in JSON in JSON, and in command lines", () => {
    expect(redacted('{"password":"a\\"b","pin":1}')).to.equal('{"password":"***","pin":1}');
    expect(redacted('{\\"password\\":\\"a\\\\\\"b\\",\\"pin\\":1}')).to.equal(
      '{\\"password\\":\\"***\\",\\"pin\\":1}',
    );
    expect(redacted('[{"name":"API_KEY","value":"abc"},{"name":"X","value":"y"}]')).to.equal(
      '[{"name":"API_KEY","value":"***"},{"name":"X","value":"y"}]',
    );
    expect(redacted("run --db-password=abc --level=info PGPASSWORD_OLD='a b'")).to.contain(
      "--db-password=*** --level=info",
    );
  });

  it("are masked in what kubectl prints of a patch of a Secret", () => {
    expect(
      redacted(
        'error when applying patch:\n{"data":{"a":"b"},"stringData":{"c":"clear"}}\nto:\nResource: "/v1, Resource=secrets"',
      ),
    ).to.equal(
      'error when applying patch:\n{"data":{***},"stringData":{***}}\nto:\nResource: "/v1, Resource=secrets"',
    );
    expect(redacted("+apiVersion: v1\n+data:\n+  a: Yg==\n+kind: Secret\n")).to.equal(
      "+apiVersion: v1\n+data:\n+  ***\n+kind: Secret\n",
    );
  });

  for (const [of, text] of [
    ["letters", "a"],
    ["spaces", " "],
    ["beginnings of tokens", "eyJ-"],
    ["beginnings of addresses", "x://h:"],
    ["beginnings of headers", "Bearer "],
  ] as const)
    it(`are looked for in a megabyte of ${of} within moments`, () => {
      const since = Date.now();
      redacted(text.repeat(1_000_000 / text.length));
      expect(Date.now() - since).to.be.below(20_000);
    }).timeout(60_000);

  it("are shown if they are references, flags or small numbers", () => {
    const text = "automountServiceAccountToken: false\nsecretName: web-tls\nMAX_TOKENS: 4096\npassword: ''\n";
    expect(redacted(text)).to.equal(text);
  });
});

describe("texts with the shape of a well-known credential", () => {
  const letters = (length: number) => "Ab1".repeat(length).slice(0, length);
  // Put together here, so that no scanner takes this file for a leak.
  const shapes = [
    `AKIA${"A2".repeat(8)}`,
    `ghp_${letters(36)}`,
    `github_pat_${letters(60)}`,
    `glpat-${letters(20)}`,
    `xoxb-${letters(24)}`,
    `sk_live_${letters(24)}`,
    `AIza${letters(35)}`,
    `npm_${letters(36)}`,
    `SG.${letters(22)}.${letters(43)}`,
    `eyJ${letters(20)}.eyJ${letters(40)}.${letters(43)}`,
  ];
  for (const shape of shapes) {
    it(`such as ${shape.slice(0, 6)}... are masked wherever they stand`, () => {
      expect(redacted(`+  ANYTHING: ${shape}\n`)).to.equal("+  ANYTHING: ***\n");
      expect(redacted(`url=https://example.org/${shape}`))
        .to.contain("***")
        .and.not.contain(shape);
    });
  }

  it("such as a password in a URL, a bearer token and a private key are masked", () => {
    expect(redacted("postgres://app:hunter2@db:5432/x")).to.equal("postgres://app:***@db:5432/x");
    expect(redacted(`Authorization: Bearer ${letters(30)}`)).to.equal("Authorization: Bearer ***");
    const type = "PRIVATE KEY";
    expect(redacted(`a\n-----BEGIN RSA ${type}-----\n${letters(64)}\n-----END RSA ${type}-----\nb`)).to.equal(
      "a\n***\nb",
    );
    expect(redacted(`-----BEGIN ${type}-----\n${letters(64)}`)).to.equal("***");
  });
});

describe("what is said to be no secret", () => {
  const token = `ghp_${"Ab1".repeat(12)}`;
  const configMap = {
    kind: "ConfigMap",
    metadata: { name: "c" },
    data: { PUBLIC_TOKEN: token, OTHER_TOKEN: "abcd12efgh" },
  };

  it("is shown, by name or by a pattern of names", () => {
    for (const notSecret of [["PUBLIC_TOKEN"], ["PUBLIC_*"]]) {
      const redactor = createRedactor([configMap], { notSecret });
      expect(redactor.text(`+  PUBLIC_TOKEN: ${token}\n+  OTHER_TOKEN: abcd12efgh`)).to.equal(
        `+  PUBLIC_TOKEN: ${token}\n+  OTHER_TOKEN: ***`,
      );
    }
  });

  it("is masked all the same where it is a Secret's value", () => {
    const secret = { kind: "Secret", metadata: { name: "s" }, stringData: { PUBLIC_TOKEN: token } };
    expect(createRedactor([secret], { notSecret: ["PUBLIC_TOKEN"] }).text(`PUBLIC_TOKEN: ${token}`)).to.equal(
      "PUBLIC_TOKEN: ***",
    );
  });
});
