import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { createServer, request, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { CertificateAuthority } from "../../sandbox/clusters/certificates";
import { openGate, type Gate } from "../../sandbox/clusters/gate";
import { allowed, refused, type Judgement } from "../../sandbox/judge/snapshot";

describe("the gate of a cluster", function () {
  this.timeout(240_000);

  let directory: string;
  let ca: string;
  let tls: { cert: string; key: string };
  let upstream: Server;
  let gate: Gate;
  let judgement: Judgement = allowed;
  const log: string[] = [];

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "gate-"));
    const authority = await CertificateAuthority.in(directory);
    const { certificateFile, keyFile } = await authority.server();
    ca = await readFile(authority.certificateFile, "utf8");
    tls = { cert: await readFile(certificateFile, "utf8"), key: await readFile(keyFile, "utf8") };
    upstream = createServer(tls, (incoming, outgoing) => {
      if (incoming.url === "/stream") {
        outgoing.write("first\n");
        return;
      }
      const headers = incoming.rawHeaders.filter((_, index) => index % 2 === 1);
      outgoing.writeHead(200, { "content-type": "text/plain" }).end(headers.join("\n"));
    });
    upstream.on("upgrade", (_incoming, socket: Duplex) => {
      socket.write("HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: echo\r\n\r\n");
      socket.pipe(socket);
    });
    upstream.listen(0, "127.0.0.1");
    await once(upstream, "listening");
    const url = `https://127.0.0.1:${String((upstream.address() as AddressInfo).port)}`;
    gate = await openGate({
      tls,
      judge: () => Promise.resolve(judgement),
      upstream: () => Promise.resolve({ url, ca }),
      stamp: "stamp.",
      log: (line) => log.push(line),
    });
  });

  after(async () => {
    await gate.close();
    upstream.close();
    upstream.closeAllConnections();
    await rm(directory, { recursive: true });
  });

  const ask = (path: string, headers: Record<string, string | string[]> = {}) => {
    const sent = request(gate.url + path, { ca, agent: false, headers });
    sent.end();
    return sent;
  };
  const answerTo = async (path: string, headers?: Record<string, string | string[]>): Promise<string> => {
    const [response] = (await once(ask(path, headers), "response")) as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString();
  };

  it("puts its stamp before a bearer token and leaves every other header as it is", async () => {
    const answer = await answerTo("/", { authorization: "Bearer of-a-test", "x-many": ["one", "two"] });
    expect(answer.split("\n")).to.include.members(["Bearer stamp.of-a-test", "one", "two"]);
  });

  it("passes on what the API server sends while the request still runs", async () => {
    const sent = ask("/stream");
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    const [chunk] = (await once(response, "data")) as [Buffer];
    expect(chunk.toString()).to.equal("first\n");
    sent.destroy();
  });

  it("passes a stream of another protocol on in both directions", async () => {
    const sent = ask("/exec", { connection: "Upgrade", upgrade: "echo" });
    const [, socket] = (await once(sent, "upgrade")) as [IncomingMessage, Duplex];
    socket.write("hello");
    const [chunk] = (await once(socket, "data")) as [Buffer];
    expect(chunk.toString()).to.equal("hello");
    socket.destroy();
  });

  it("never answers a connection that the network would not let through, and says why in its log", async () => {
    judgement = refused("no rule");
    const sent = ask("/");
    sent.setTimeout(500, () => sent.destroy(new Error("no answer")));
    const [error] = (await once(sent, "error")) as [Error];
    judgement = allowed;
    expect(error.message).to.equal("no answer");
    expect(log.at(-1)).to.equal("dropped a connection: no rule");
  });

  it("ends the connections that are open when it is closed", async () => {
    const sent = ask("/stream");
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    response.resume();
    response.on("error", () => undefined);
    const ended = new Promise((resolve) => response.once("close", resolve));
    await gate.close();
    await ended;
    const [error] = (await once(ask("/"), "error")) as [NodeJS.ErrnoException];
    expect(error.code).to.equal("ECONNREFUSED");
  });
});
