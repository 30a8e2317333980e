import type { Gatepost } from "./gatepost.ts";

/** As much of an axios instance as this needs. */
interface AxiosInstance {
  readonly defaults: { adapter?: unknown; env?: object | undefined };
}

/**
 * Has an axios instance send through `gatepost.fetch`, by axios's own fetch adapter, and returns it.
 * A thrown error of Gatepost's is the `cause` of axios's.
 */
export function sendThroughGatepost<Axios extends AxiosInstance>(axios: Axios, gatepost: Pick<Gatepost, "fetch">): Axios {
  axios.defaults.adapter = "fetch";
  // A `Request` would turn each body into a stream, which cannot be sent again with another token.
  axios.defaults.env = { ...axios.defaults.env, fetch: gatepost.fetch, Request: null };
  return axios;
}
