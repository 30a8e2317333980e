import { gatepost } from "../session/session.ts";
import { refusalFrom } from "./refusal.ts";

interface RequestOptions {
  readonly method?: "GET" | "POST" | "PATCH" | "DELETE";
  readonly body?: object;
  readonly signal?: AbortSignal | undefined;
  /** Sent again with the same request, it makes the server do that once. */
  readonly idempotencyKey?: string;
}

export async function request(path: string, options: RequestOptions = {}): Promise<Response> {
  const { method = "GET", body, signal, idempotencyKey } = options;
  const response = await gatepost.fetch(path, {
    method,
    signal: signal ?? null,
    headers: {
      ...(body && { "Content-Type": "application/json" }),
      ...(idempotencyKey && { "Idempotency-Key": `"${idempotencyKey}"` }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw await refusalFrom(response);
  return response;
}

/** The caller names the shape: it is our own server's, and its types are written down in `types.ts`. */
export async function requestJson<Shape>(path: string, options?: RequestOptions): Promise<Shape> {
  const response = await request(path, options);
  return (await response.json()) as Shape;
}
