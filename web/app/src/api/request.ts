import { gatepost } from "../session/session.ts";
import { refusalFrom } from "./refusal.ts";

interface RequestOptions {
  readonly method?: "GET" | "POST" | "PATCH" | "DELETE";
  readonly body?: object;
  readonly signal?: AbortSignal;
}

export async function request(path: string, options: RequestOptions = {}): Promise<Response> {
  const { method = "GET", body, signal } = options;
  const response = await gatepost.fetch(path, {
    method,
    signal: signal ?? null,
    ...(body && { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
  });
  if (!response.ok) throw await refusalFrom(response);
  return response;
}

/** The caller names the shape: it is our own server's, and its types are written down in `types.ts`. */
export async function requestJson<Shape>(path: string, options?: RequestOptions): Promise<Shape> {
  const response = await request(path, options);
  return (await response.json()) as Shape;
}
