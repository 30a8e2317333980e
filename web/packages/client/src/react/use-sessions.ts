import { useCallback, useEffect, useState } from "react";
import { useGatepost, useSession } from "./provider.tsx";
import type { Refused } from "./refusals.ts";
import { useAttempt } from "./use-attempt.ts";
import { deviceOf, type Device } from "./user-agent.ts";

/** Somewhere that the person is signed in. The token of the session is not kept: it is as good as the cookie. */
export interface SignedInDevice extends Device {
  readonly id: string;
  readonly isThis: boolean;
  readonly ipAddress: string | undefined;
  readonly usedAt: Date;
}

export function useSessions() {
  const { auth } = useGatepost();
  const session = useSession();
  const attempt = useAttempt();
  const [devices, setDevices] = useState<readonly SignedInDevice[]>();
  const [refused, setRefused] = useState<Refused>();

  const load = useCallback(async (): Promise<void> => {
    const [own, all] = await Promise.all([
      attempt((listener) => auth.getSession({}, listener)),
      attempt((listener) => auth.listSessions({}, listener)),
    ]);
    setRefused(own.refused ?? all.refused);
    if (own.refused || all.refused) return;
    const described = (all.data ?? []).map((each) => ({
      ...deviceOf(each.userAgent),
      id: each.id,
      isThis: each.id === own.data?.session.id,
      ipAddress: each.ipAddress || undefined,
      usedAt: new Date(each.updatedAt),
    }));
    setDevices(described.sort((one, other) => +other.isThis - +one.isThis || +other.usedAt - +one.usedAt));
  }, [auth, attempt]);

  // Each change of what is known of the session, a new password for instance, may have ended others.
  useEffect(() => void load(), [load, session]);

  /** Ends one, by the token that the server names for it at this moment. */
  async function revoke(id: string): Promise<Refused | undefined> {
    const all = await attempt((listener) => auth.listSessions({}, listener));
    if (all.refused) return all.refused;
    const found = all.data?.find((each) => each.id === id);
    if (!found) return undefined;
    const { refused } = await attempt((listener) => auth.revokeSession({ token: found.token }, listener));
    return refused;
  }

  async function revokeOthers(): Promise<Refused | undefined> {
    return (await attempt((listener) => auth.revokeOtherSessions({}, listener))).refused;
  }

  return { devices, refused, load, revoke, revokeOthers };
}
