import { expect } from "chai";
import { afterEach, describe, it } from "mocha";
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTcpServer, type AddressInfo } from "node:net";
import { check } from "../../dryrun/check/check";
import { probeGuard } from "../../dryrun/guard/probe";
import { Api, type ApiOptions } from "../../dryrun/kubernetes/api";
import { proofOf } from "../../dryrun/kubernetes/credentials";
import type { Kubeconfig } from "../../dryrun/kubernetes/kubeconfig";
import { parseObjects } from "../../dryrun/render/objects";

let server: Server | undefined;

async function apiOf(
  listener: RequestListener,
  options: Partial<Pick<ApiOptions, "signal" | "requestTimeout" | "connectTimeout" | "renewProof">> = {},
) {
  server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const kubeconfig: Kubeconfig = {
    server: `http://127.0.0.1:${String(port)}`,
    namespace: "default",
    insecureSkipTlsVerify: false,
    credential: { kind: "token", token: "t" },
  };
  const { signal } = new AbortController();
  return new Api({
    kubeconfig,
    proof: { token: "t" },
    signal,
    requestTimeout: 2000,
    backoff: 1,
    ...options,
  });
}

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

describe("a request to the API server", () => {
  for (const [title, wasLost, fail] of [
    ["is busy", undefined, (response: Parameters<RequestListener>[1]) => response.writeHead(429).end("{}")],
    ["is unavailable", true, (response: Parameters<RequestListener>[1]) => response.writeHead(503).end("{}")],
    ["breaks the connection", true, (response: Parameters<RequestListener>[1]) => response.destroy()],
  ] as const) {
    it(`is made again while the server ${title}`, async () => {
      let count = 0;
      const api = await apiOf((_, response) => {
        count += 1;
        if (count < 3) fail(response);
        else response.end('{"kind":"Done"}');
      });
      const answer = await api.send({ path: "/" });
      expect(answer).to.deep.include({ code: 200, body: { kind: "Done" } });
      expect(answer.wasLost, "an earlier attempt may have taken effect").to.equal(wasLost);
      expect(count).to.equal(3);
    });
  }

  it("is given up after five times", async () => {
    let count = 0;
    const api = await apiOf((_, response) => {
      count += 1;
      response.writeHead(503).end('{"message":"not now"}');
    });
    expect((await api.send({ path: "/" })).code).to.equal(503);
    expect(count).to.equal(5);
  });

  it("is made again with another token where the server no longer takes the one before, once for all of them", async () => {
    let renewals = 0;
    const api = await apiOf(
      ({ headers }, response) => {
        if (headers.authorization !== "Bearer new") response.writeHead(401);
        response.end("{}");
      },
      {
        renewProof: () => {
          renewals += 1;
          return Promise.resolve({ token: "new" });
        },
      },
    );
    const answers = await Promise.all(["/a", "/b", "/c"].map((path) => api.send({ path })));
    expect(answers.map(({ code }) => code)).to.deep.equal([200, 200, 200]);
    expect(renewals).to.equal(1);
    expect(api.proof).to.deep.equal({ token: "new" });
  });

  for (const [title, renewProof, requests] of [
    ["another token is refused too", () => Promise.resolve({ token: "other" }), 2],
    ["there is no other token", () => Promise.reject(new Error("no plugin")), 2],
  ] as const)
    it(`is refused where ${title}`, async () => {
      let count = 0;
      const api = await apiOf(
        (_, response) => {
          count += 1;
          response.writeHead(401).end('{"message":"Unauthorized"}');
        },
        { renewProof },
      );
      expect((await api.send({ path: "/" })).code).to.equal(401);
      expect(count).to.equal(requests);
    });

  it("is not made again where the server refuses it", async () => {
    let count = 0;
    const api = await apiOf((_, response) => {
      count += 1;
      response.writeHead(422).end("{}");
    });
    await api.send({ path: "/" });
    expect(count).to.equal(1);
  });

  it("ends when nobody answers", async () => {
    const api = await apiOf(() => undefined, { requestTimeout: 20 });
    expect(await api.send({ path: "/" })).to.deep.include({
      code: 0,
      body: { message: "no answer within 0.02 s" },
    });
  });

  it("is given up after three times where nobody takes the connection, long before an answer would be late", async () => {
    let count = 0;
    // Takes connections as a gate does behind which packets are dropped: there never is a handshake.
    const silent = createTcpServer(() => (count += 1)).listen(0, "127.0.0.1");
    await once(silent, "listening");
    const kubeconfig: Kubeconfig = {
      server: `https://127.0.0.1:${String((silent.address() as AddressInfo).port)}`,
      namespace: "default",
      insecureSkipTlsVerify: false,
      credential: { kind: "token", token: "t" },
    };
    const { signal } = new AbortController();
    const api = new Api({ kubeconfig, proof: { token: "t" }, signal, connectTimeout: 20, backoff: 1 });
    expect(await api.send({ path: "/" })).to.deep.equal({
      code: 0,
      body: { message: "no connection within 0.02 s" },
    });
    expect(count).to.equal(3);
    silent.close();
  });

  it("may take its time once the connection is there", async () => {
    const api = await apiOf((_, response) => setTimeout(() => response.end('{"kind":"Done"}'), 60), {
      connectTimeout: 20,
    });
    expect((await api.send({ path: "/" })).code).to.equal(200);
  });

  it("ends when an answer stops in its middle", async () => {
    const api = await apiOf((_, response) => void response.writeHead(200).write("{"), {
      requestTimeout: 20,
    });
    expect((await api.send({ path: "/" })).body).to.deep.equal({ message: "no answer within 0.02 s" });
  });
});

describe("the probe of the guard", () => {
  const denial =
    "ValidatingAdmissionPolicy 'pr-dry-run-only' with binding 'pr-dry-run-only' denied request: no";
  const cases: [code: number, message: string, guard: string][] = [
    [403, `namespaces "default" is forbidden: ${denial}`, "proven"],
    [403, 'namespaces is forbidden: User "u" cannot create resource "namespaces"', "cannot-prove"],
    [403, "ValidatingAdmissionPolicy 'other' with binding 'other' denied request: no", "cannot-prove"],
    [422, denial, "cannot-prove"],
    [409, 'namespaces "default" already exists', "unguarded"],
    [201, "", "unguarded"],
    [500, "internal", "cannot-prove"],
  ];
  for (const [code, message, guard] of cases) {
    it(`says ${guard} to ${String(code)} ${message}`, async () => {
      const api = await apiOf((_, response) => response.writeHead(code).end(JSON.stringify({ message })));
      expect((await probeGuard(api)).guard).to.equal(guard);
    });
  }
});

describe("a check that is ended", () => {
  it("says what was checked and what not", async () => {
    const ended = new AbortController();
    const api = await apiOf(
      (request, response) => {
        const path = request.url ?? "";
        if (path === "/api/v1") {
          response.end('{"resources":[{"kind":"ConfigMap","name":"configmaps","namespaced":true}]}');
        } else if (path.startsWith("/openapi")) response.end("{}");
        else if (path.endsWith("/slow"))
          setTimeout(() => {
            ended.abort();
          }, 100);
        else if (request.method === "POST")
          response.writeHead(201).end('{"kind":"ConfigMap","metadata":{"name":"quick"}}');
        else response.writeHead(404).end("{}");
      },
      { signal: ended.signal },
    );
    const text = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`;
    const checked = await check(parseObjects(`${text("quick")}---\n${text("slow")}`), {
      api,
      kubectl: () => Promise.reject(new Error("kubectl is not asked.")),
      mode: { kind: "client-side" },
      defaultNamespace: "default",
      processes: 1,
      signal: ended.signal,
    });
    expect(checked.map(({ finding: { verdict, reason } }) => reason ?? verdict)).to.deep.equal([
      "create",
      "interrupted",
    ]);
  });
});

describe("a credential plugin", () => {
  const plugin = (script: string) =>
    proofOf(
      {
        kind: "exec",
        command: "sh",
        args: ["-c", script],
        environment: { TOKEN: "abc" },
        apiVersion: "client.authentication.k8s.io/v1",
      },
      new AbortController().signal,
    );

  it("gives the token that requests carry", async () => {
    expect(await plugin(`echo '{"status":{"token":"'$TOKEN'"}}'`)).to.deep.equal({ token: "abc" });
  });

  it("that fails is no way in", async () => {
    const error = await plugin("echo expired >&2; exit 1").catch((reason: unknown) => reason as Error);
    expect(error).to.be.an("error").with.property("message").include("expired");
  });
});
