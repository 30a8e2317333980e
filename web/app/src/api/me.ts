import { requestJson } from "./request.ts";

/** Who is here, and what may be offered to them. The server decides anew at each request. */
export interface Me {
  readonly id: string;
  readonly roles: readonly string[];
}

export const fetchMe = (): Promise<Me> => requestJson<Me>("/api/me");
