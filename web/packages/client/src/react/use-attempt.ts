import { useCallback } from "react";
import { useSurroundings } from "./provider.tsx";
import { refusedWith, retryAfterSeconds, type Refused } from "./refusals.ts";

interface ServerError {
  readonly status: number;
  readonly code?: string | undefined;
  readonly message?: string | undefined;
}

type OnError = (context: { readonly response: Response }) => void;
type Answer<Data> = { readonly data: Data; readonly error: null } | { readonly data: null; readonly error: ServerError };
type Call<Data> = (listener: { readonly onError: OnError }) => Promise<Answer<Data>>;

export type Attempted<Data> =
  | { readonly data: Data; readonly refused?: undefined }
  | { readonly data?: undefined; readonly refused: Refused };

/** Asks the server for something; a no comes back as a sentence, and nothing is thrown. */
export function useAttempt() {
  const { gatepost, texts } = useSurroundings();
  const { refusals } = texts;

  return useCallback(
    async <Data,>(call: Call<Data>): Promise<Attempted<Data>> => {
      let wait: number | undefined;
      try {
        const { data, error } = await call({
          onError: ({ response }) => {
            wait = retryAfterSeconds(response.headers);
          },
        });
        if (!error) return { data };
        // Whoever was shown is gone: the page has to know as well.
        if (error.status === 401 && gatepost.session.get().status === "signed-in") void gatepost.session.check();
        return { refused: refusedWith({ ...error, retryAfterSeconds: wait }, refusals) };
      } catch {
        return { refused: refusedWith({ status: 0 }, refusals) };
      }
    },
    [gatepost, refusals],
  );
}
