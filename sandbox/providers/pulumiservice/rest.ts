/** An answer of Pulumi Cloud that is not a success. */
export class PulumiCloudError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Pulumi Cloud's REST API. Nothing is tried again: pulumi/pulumi-pulumiservice:provider/pkg/pulumiapi/client.go (v1.3.0). */
export class PulumiCloudRest {
  constructor(
    private readonly url: string,
    private readonly accessToken: string,
  ) {}

  /** @throws PulumiCloudError on every status of 400 and more */
  async call<T>(
    method: "GET" | "PUT" | "POST" | "PATCH" | "DELETE",
    path: string,
    body?: unknown,
  ): Promise<T> {
    const response = await fetch(new URL(`/api/${path}`, this.url), {
      method,
      headers: {
        authorization: `token ${this.accessToken}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok)
      throw new PulumiCloudError(response.status, `${String(response.status)} API error: ${messageOf(text)}`);
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }

  /** The same, and undefined where there is no such thing. */
  async find<T>(path: string): Promise<T | undefined> {
    try {
      return await this.call<T>("GET", path);
    } catch (error) {
      if (error instanceof PulumiCloudError && error.status === 404) return undefined;
      throw error;
    }
  }
}

function messageOf(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text;
  } catch {
    return text;
  }
}
