import type { Context, MiddlewareHandler } from "hono";
import { awsCall, githubCall, type Call } from "./call";

/** What becomes of a call. `serve` lets the service do it, and gives its answer. */
export type Effect = (
  call: Call,
  serve: () => Promise<Response>,
) => Promise<Response | typeof brokenConnection>;

/** No answer arrives: the connection is cut. */
export const brokenConnection = Symbol("broken connection");

/** Stands between the engine's plugins and the two services: counts calls, and spoils those of an injected fault. */
export class Interference {
  /** Calls since the last {@link begin}, by operation. */
  calls = new Map<string, number>();
  private effect: Effect | undefined;

  readonly aws = between(awsCall, () => this.handler);
  readonly github = between(githubCall, () => this.handler);
  private handler: Effect = (_call, serve) => serve();

  /** Counts from here on, and lets every call through the effect. */
  begin(effect?: Effect): void {
    this.calls = new Map();
    this.effect = effect;
    this.handler = (call, serve) => {
      this.calls.set(call.operation, (this.calls.get(call.operation) ?? 0) + 1);
      return this.effect ? this.effect(call, serve) : serve();
    };
  }

  /** Lets everything through, uncounted. */
  end(): void {
    this.handler = (_call, serve) => serve();
  }
}

function between(
  read: (request: Request) => Promise<Call | undefined>,
  handler: () => Effect,
): MiddlewareHandler {
  return async (context, next) => {
    const call = await read(context.req.raw);
    if (!call) {
      await next();
      return;
    }
    const answer = await handler()(call, async () => {
      await next();
      return context.res;
    });
    if (answer === brokenConnection) breakConnection(context);
    else if (answer !== context.res) replaceAnswer(context, answer);
  };
}

function replaceAnswer(context: Context, answer: Response): void {
  // Hono merges headers into a new answer unless there is none before it.
  context.res = undefined;
  context.res = answer;
}

/** Cuts the socket; the header tells Hono's server that there is nothing left to write. */
function breakConnection(context: Context): void {
  const { incoming } = context.env as { incoming: { socket: { destroy(): void } } };
  incoming.socket.destroy();
  replaceAnswer(context, new Response(null, { headers: { "x-hono-already-sent": "true" } }));
}
